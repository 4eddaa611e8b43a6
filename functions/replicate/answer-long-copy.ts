import { assertNever } from '../../shared/assert-never.ts';
import type { Outcome, World } from './attempt.ts';
import { ledgerRecord } from './ledger-record.ts';
import { fingerprint, type LongCopy } from '../../shared/copy/long-copy.ts';
import type { LongCopyEvent } from './long-copy-event.ts';
import { giveUp, resume } from '../../shared/copy/resume.ts';
import type { Resumed } from '../../shared/copy/resumed.ts';
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
  const { key, changedAt } = 'resume' in event ? event.resume : event.giveUp;
  const hint = { key, ...(changedAt !== undefined && { changedAt: new Date(changedAt) }) };
  const seen = { at: began, source: undefined, replica: undefined };
  const tell = (outcome: Pick<Outcome, 'outcome' | 'reason'> & Partial<Outcome>) =>
    report.longCopy(hint, { bytes: 0, unclear: false, seen, ...outcome }, Math.round(world.now() - began));
  try {
    if ('giveUp' in event) {
      const { giveUp: copy, reason = 'given up' } = event;
      tell({ outcome: 'failed', reason });
      await recordFailure(copy, { reason, world });
      await giveUp(event.giveUp, world);
      return { status: 'given up' };
    }
    const { resumed, bytes } = await resume(event.resume, world);
    tell({ ...outcomeOf(resumed), bytes });
    return resumed;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    tell({ outcome: 'failed', reason, error });
    if ('resume' in event) await recordFailure(event.resume, { reason, world });
    throw error;
  }
}

/** So that the ledger tells of it, unless the source is another one by now: of that others have told. */
async function recordFailure(
  { key, source: copied }: LongCopy,
  { reason, world }: { readonly reason: string; readonly world: World },
): Promise<void> {
  const { ledger, now } = world;
  if (ledger === undefined) return;
  const at = now();
  const look = await world.source.head(key).then(
    (source) => ({ source }),
    () => undefined,
  );
  const source = look?.source;
  if (look !== undefined && (source === undefined || fingerprint(source) !== copied)) return;
  const seen = { at, source, replica: undefined };
  await ledger.record(ledgerRecord({ key }, { outcome: 'failed', reason, bytes: 0, unclear: false, seen }, now()));
}

function outcomeOf(resumed: Resumed): Pick<Outcome, 'outcome' | 'reason' | 'unclear'> {
  switch (resumed.status) {
    case 'done':
      return { outcome: 'copied', reason: 'in several invocations', unclear: false };
    case 'again':
      return { outcome: 'handed-over', reason: 'to the next invocation', unclear: false };
    case 'unclear':
      return { outcome: 'handed-over', reason: `to a later invocation: ${resumed.reason}`, unclear: true };
    case 'look again':
      return { outcome: 'handed-over', reason: `to the inbox: ${resumed.reason}`, unclear: false };
    default:
      return assertNever(resumed);
  }
}
