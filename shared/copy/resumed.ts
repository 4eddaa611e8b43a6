import type { CopyAnswer } from '../objects/bucket.ts';
import type { CopyWorld } from './copy-world.ts';
import type { LongCopy } from './long-copy.ts';

/** How far one invocation came with a long copy. */
export type Resumed =
  /** Another invocation goes on with this. */
  | { readonly status: 'again'; readonly state: LongCopy }
  | { readonly status: 'done' }
  /** One side is not what it was: nothing of this copy is of use any more, and the key is for the inbox. */
  | { readonly status: 'look again'; readonly reason: string }
  /**
   * What was sent last got no clear answer: to be resumed when it must have landed or died. An upload is completed once, so that its parts are
   * still there if it has died.
   */
  | { readonly status: 'unclear'; readonly reason: string; readonly state: LongCopy };

export const SOURCE_MOVED = 'the source is another one';

export function again(copy: LongCopy): Resumed {
  return { status: 'again', state: { ...copy, rounds: copy.rounds + 1 } };
}

/** @throws {Error} when that has happened too often: then it is a failure like others. */
export function noClearAnswer(
  copy: LongCopy,
  { reason, world }: { readonly reason: string; readonly world: CopyWorld },
): Resumed {
  const { unclear = 0 } = copy;
  if (unclear >= MOST_UNCLEAR)
    throw refusal(copy, { answer: { reason: `no clear answer, ${unclear + 1} times: ${reason}` }, world });
  return { status: 'unclear', reason, state: { ...copy, rounds: copy.rounds + 1, unclear: unclear + 1 } };
}

/** Each is waited out for an hour. */
const MOST_UNCLEAR = 5;

export function refusal(
  { key }: LongCopy,
  {
    answer,
    world,
  }: { readonly answer: Pick<Extract<CopyAnswer, { reason: string }>, 'reason'>; readonly world: CopyWorld },
): Error {
  return new Error(`Cannot copy "${key}" to "${world.destination.name}": ${answer.reason}`);
}
