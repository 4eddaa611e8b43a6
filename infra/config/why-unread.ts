/** Why a file cannot be read, in words instead of the code of the operating system, or of Node; `undefined` if it is none of these. */
export function whyUnread(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? WHY.get(String(error.code)) : undefined;
}

const ABSENT = 'there is no such file or folder';
const FOLDER = 'it is a folder';
const REFUSED = 'this user may not read it';

const WHY: ReadonlyMap<string, string> = new Map([
  ['ENOENT', ABSENT],
  ['ENOTDIR', ABSENT],
  ['ENAMETOOLONG', ABSENT],
  ['EISDIR', FOLDER],
  ['ERR_UNSUPPORTED_DIR_IMPORT', FOLDER],
  ['EACCES', REFUSED],
  ['EPERM', REFUSED],
]);
