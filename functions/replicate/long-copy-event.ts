import * as v from 'valibot';
import { errorInWords } from '../../shared/error-in-words.ts';
import { longCopySchema } from '../../shared/copy/long-copy.ts';
import type { LongCopy } from '../../shared/copy/long-copy.ts';
import { why } from './decode.ts';

/** What the state machine invokes the function with. */
export type LongCopyEvent =
  { readonly resume: LongCopy } | { readonly giveUp: LongCopy; readonly reason?: string | undefined };

/**
 * Reads what the state machine of long copies asks for; `undefined` if the event is none of its.
 *
 * @throws {TypeError} if it is one of its, but wrong.
 */
export function readLongCopyEvent(event: unknown): LongCopyEvent | undefined {
  if (typeof event !== 'object' || event === null || !('resume' in event || 'giveUp' in event)) return undefined;
  try {
    return v.parse('resume' in event ? resumeEvent : giveUpEvent, event);
  } catch (error) {
    throw new TypeError(`Cannot read the event: ${why(error)}`, { cause: error });
  }
}

const resumeEvent = v.strictObject({ resume: longCopySchema });
const giveUpEvent = v.strictObject({
  giveUp: longCopySchema,
  reason: v.optional(v.pipe(v.string(), v.transform(errorInWords))),
});
