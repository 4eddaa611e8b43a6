import { Problem, root } from './problem.mjs';

/** An error of the operating system as what the user can mend; `undefined` if it is none that a user causes. */
export function asProblem(error) {
  const remedy = REMEDIES[error?.code];
  if (remedy === undefined) return undefined;
  return new Problem(`${error.message}: ${remedy}`);
}

const WRITABLE = `this user must be able to write in the project's folder (${root}); give the right to (chmod, chown, a mount that is not read-only), or clone it to where that is so`;
const ROOM = 'there is no room left; delete something, or clone the project to a larger disk';
const IN_THE_WAY = 'something else is where a folder belongs; move it away, or delete it';

const REMEDIES = {
  EACCES: WRITABLE,
  EPERM: WRITABLE,
  EROFS: WRITABLE,
  ENOSPC: ROOM,
  EDQUOT: ROOM,
  ENOTDIR: IN_THE_WAY,
  EEXIST: IN_THE_WAY,
  EISDIR: IN_THE_WAY,
};
