import { describe, expect, it } from 'vitest';
import type { LedgerEntry } from '../../../shared/ledger/ledger.ts';
import { finding } from '../../../functions/reconcile/finding.ts';
import type { Finding } from '../../../functions/reconcile/finding.ts';

const OLD = '2026-11-01T00:00:00.000Z';
const START = '2026-11-21T01:00:00.450Z';
/** As S3 tells it. */
const SECOND_OF_START = '2026-11-21T01:00:00.000Z';
const SENT = '2026-11-21T01:05:00.000Z';
const DURING = '2026-11-21T01:06:00.000Z';
const YOUNG_FROM = '2026-11-21T00:55:00.000Z';
const LATELY = '2026-11-21T00:58:00.000Z';

const nominated = { to: 0, verdict: 'other ETag', replicaFrom: OLD } as const;
const young = { ...nominated, young: true } as const;
const entry = { outcome: 'failed', reason: 'access denied', recordedAt: DURING };

interface Case extends Pick<
  Parameters<typeof finding>[0],
  'before' | 'verdict' | 'equal' | 'modified' | 'replicaFrom'
> {
  readonly case: string;
  readonly entry?: LedgerEntry;
  readonly withheld?: string;
  readonly expired?: boolean;
  readonly known?: boolean;
  readonly youngFrom?: string;
  readonly is: Finding['finding'];
  readonly because?: string;
}

const still = { before: nominated, verdict: 'other ETag', equal: false, modified: OLD, replicaFrom: OLD } as const;
const equal = { ...still, verdict: 'equal', equal: true } as const;

describe('finding', () => {
  it.each<Case>([
    { case: 'gone from the source', ...still, verdict: 'gone', is: 'gone' },
    { case: 'a replica that was written since', ...equal, replicaFrom: DURING, is: 'repaired' },
    { case: 'a replica that was there before', ...equal, is: 'same' },
    {
      case: 'a replica of another time, though not of today',
      ...equal,
      replicaFrom: '2026-11-02T00:00:00.000Z',
      is: 'repaired',
    },
    {
      case: 'a replica that was written in the second in which the run began, and was seen then',
      ...equal,
      before: { ...nominated, replicaFrom: SECOND_OF_START },
      replicaFrom: SECOND_OF_START,
      is: 'repaired',
    },
    { case: 'young, and equal now', ...equal, before: young, replicaFrom: DURING, is: 'young, repaired' },
    { case: 'young, and the same all the time', ...equal, before: young, is: 'young, same' },
    { case: 'known to be impossible, and not sent', ...still, before: undefined, known: true, is: 'none' },
    {
      case: 'found to be impossible during the run',
      ...still,
      before: undefined,
      known: true,
      entry: { ...entry, outcome: 'cannot', reason: 'archived' },
      is: 'cannot',
      because: 'archived',
    },
    { case: 'equal all the time', ...equal, before: undefined, is: 'none' },
    {
      case: 'young, was sent, and is not yet equal',
      ...still,
      before: young,
      modified: LATELY,
      is: 'under way',
      because: 'it waits in the inbox',
    },
    {
      case: 'young, and was not sent',
      ...still,
      before: young,
      modified: LATELY,
      withheld: 'only compared, as asked',
      is: 'unproved',
    },
    {
      case: 'young, and impossible as before',
      ...still,
      before: { ...still.before, cannot: true },
      entry: { ...entry, outcome: 'cannot', reason: 'archived', recordedAt: OLD },
      is: 'cannot',
      because: 'archived',
    },
    { case: 'changed lately, after the sweep', ...still, before: undefined, modified: DURING, is: 'young' },
    { case: 'sent, and changed once more, nobody knows after what', ...still, modified: DURING, is: 'unproved' },
    {
      case: 'sent, settled, and changed once more',
      ...still,
      modified: DURING,
      entry: { ...entry, outcome: 'copied' },
      is: 'young',
    },
    {
      case: 'sent, found the same, and changed once more',
      ...still,
      modified: DURING,
      entry: { ...entry, outcome: 'same' },
      is: 'young',
    },
    {
      case: 'sent, and changed once more, but long ago',
      ...still,
      modified: DURING,
      youngFrom: '2026-11-21T01:07:00.000Z',
      is: 'under way',
      because: 'it waits in the inbox',
    },
    {
      case: 'looked at in the moment in which it was sent, and impossible',
      ...still,
      entry: { ...entry, outcome: 'cannot', reason: 'archived', recordedAt: SENT },
      is: 'cannot',
      because: 'archived',
    },
    {
      case: 'said to have expired, and there',
      ...still,
      entry: { ...entry, outcome: 'skipped', reason: 'expired by retention' },
      is: 'under way',
      because: 'it was skipped, and differs again',
    },
    {
      case: 'nominated though young, and failed',
      ...still,
      modified: LATELY,
      entry,
      is: 'failed',
      because: 'access denied',
    },
    { case: 'failed', ...still, entry, is: 'failed', because: 'access denied' },
    {
      case: 'failed before, and being tried again',
      ...still,
      entry: { ...entry, recordedAt: OLD },
      is: 'failed',
      because: 'access denied',
    },
    {
      case: 'found to be impossible',
      ...still,
      entry: { ...entry, outcome: 'cannot', reason: 'archived' },
      is: 'cannot',
      because: 'archived',
    },
    {
      case: 'found to be impossible last night',
      ...still,
      entry: { ...entry, outcome: 'cannot', recordedAt: OLD },
      is: 'under way',
      because: 'it waits in the inbox',
    },
    {
      case: 'handed over',
      ...still,
      entry: { ...entry, outcome: 'handed-over' },
      is: 'under way',
      because: 'a long copy is being made',
    },
    {
      case: 'copied, and different',
      ...still,
      entry: { ...entry, outcome: 'copied' },
      is: 'under way',
      because: 'it was copied, and differs again',
    },
    { case: 'not known to the ledger', ...still, is: 'under way', because: 'it waits in the inbox' },
    {
      case: 'changed by somebody at the destination',
      ...still,
      before: undefined,
      is: 'under way',
      because: 'it came to differ during the run, and is left to the next one',
    },
    {
      case: 'missing, and expired by what the lifecycle says',
      ...still,
      verdict: 'missing',
      expired: true,
      is: 'expired',
      because: 'expired by retention',
    },
    { case: 'expired before the run', ...still, before: undefined, verdict: 'missing', expired: true, is: 'none' },
    {
      case: 'missing, and found to have expired',
      ...still,
      verdict: 'missing',
      entry: { ...entry, outcome: 'skipped', reason: 'expired by retention' },
      is: 'expired',
      because: 'expired by retention',
    },
    {
      case: 'missing, and found to have expired last night',
      ...still,
      verdict: 'missing',
      entry: { ...entry, outcome: 'skipped', reason: 'expired by retention', recordedAt: OLD },
      is: 'under way',
      because: 'it waits in the inbox',
    },
    {
      case: 'withheld',
      ...still,
      withheld: 'only compared, as asked',
      is: 'under way',
      because: 'only compared, as asked',
    },
  ])(
    'calls "$is" what is $case',
    ({
      entry: noted,
      known,
      withheld,
      expired,
      is,
      because,
      before,
      verdict,
      equal: same,
      modified,
      replicaFrom,
      youngFrom = YOUNG_FROM,
    }) => {
      const found = finding({
        before,
        verdict,
        equal: same,
        ...(expired !== undefined && { expired }),
        ...(known !== undefined && { known }),
        modified,
        replicaFrom,
        youngFrom,
        entry: noted,
        sentAt: SENT,
        withheld,
        startedAt: START,
      });
      expect(found.finding).toBe(is);
      expect(found.reason).toMatch(because === undefined ? /^/ : new RegExp(`^${because}$`));
    },
  );
});
