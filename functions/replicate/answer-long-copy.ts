import { assertNever } from '../../shared/assert-never.ts';
import type { Outcome, World } from './converge.ts';
import type { LongCopyEvent } from './long-copy.ts';
import { giveUp, resume, type Resumed } from './resume.ts';
import type { Report } from './settle.ts';

/** What the state machine of long copies is told. */
export type LongCopyAnswer = Resumed | { readonly status: 'given up' };

/**
 * Does what the state machine asks for, with a line in the log as for any key.
 *
 * @throws what went wrong: the state machine tries again later.
 */
export async function answerLongCopy(
  event: LongCopyEvent,
  { world, report }: { readonly world: World; readonly report: Report },
): Promise<LongCopyAnswer> {
  const began = world.now();
  const { key } = 'resume' in event ? event.resume : event.giveUp;
  const seen = { at: began, source: undefined, replica: undefined };
  const tell = (outcome: Pick<Outcome, 'outcome' | 'reason'> & Partial<Outcome>) =>
    report.key({ key }, { bytes: 0, unclear: false, seen, ...outcome }, Math.round(world.now() - began));
  try {
    if ('giveUp' in event) {
      tell({ outcome: 'failed', reason: event.reason ?? 'given up' });
      await giveUp(event.giveUp, world);
      return { status: 'given up' };
    }
    const { resumed, bytes } = await resume(event.resume, world);
    tell({ ...outcomeOf(resumed), bytes });
    return resumed;
  } catch (error) {
    tell({ outcome: 'failed', reason: error instanceof Error ? error.message : String(error), error });
    throw error;
  }
}

function outcomeOf(resumed: Resumed): Pick<Outcome, 'outcome' | 'reason' | 'unclear'> {
  switch (resumed.status) {
    case 'done':
      return { outcome: 'copied', reason: 'in several invocations', unclear: false };
    case 'again':
      return { outcome: 'handed-over', reason: 'to the next invocation', unclear: false };
    case 'look again':
    case 'unclear':
      return {
        outcome: 'handed-over',
        reason: `to the inbox: ${resumed.reason}`,
        unclear: resumed.status === 'unclear',
      };
    default:
      return assertNever(resumed);
  }
}
