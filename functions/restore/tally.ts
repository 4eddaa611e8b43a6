import { assertNever } from '../../shared/assert-never.ts';
import type { Restoration } from './decide-restore.ts';
import type { Result } from './restore-key.ts';

/** What became of keys. `archived` and `long` are not settled yet. */
export interface Tally {
  restored: Amount;
  /** The target held exactly this. */
  same: number;
  /** The target holds another object. */
  skipped: number;
  failed: number;
  /** Retention, or somebody, had removed the version that was asked for. */
  expired: number;
  /** Of a key that was asked for there is nothing. */
  unknown: number;
  /** There was no object at that moment. */
  removed: number;
  notWrittenYet: number;
  /** Among those that come back: since removed in the source. */
  undeleted: number;
  /** How the moments of those that come back are known. */
  knownBy: Record<string, number>;
  fromArchive: number;
  long: number;
  requests: { reads: number; copies: number; lists: number };
  /** Some of what went wrong. */
  examples: Example[];
}

export interface Amount {
  keys: number;
  bytes: number;
}

export interface Example {
  readonly key: string;
  readonly reason: string;
}

export function newTally(): Tally {
  return {
    restored: { keys: 0, bytes: 0 },
    same: 0,
    skipped: 0,
    failed: 0,
    expired: 0,
    unknown: 0,
    removed: 0,
    notWrittenYet: 0,
    undeleted: 0,
    knownBy: {},
    fromArchive: 0,
    long: 0,
    requests: { reads: 0, copies: 0, lists: 0 },
    examples: [],
  };
}

const MOST_EXAMPLES = 20;

/** Counts what became of one key. */
export function countResult(tally: Tally, key: string, result: Result): void {
  tally.requests.reads += result.requests.reads;
  tally.requests.copies += result.requests.copies;
  switch (result.outcome) {
    case 'restored':
      tally.restored.keys++;
      tally.restored.bytes += result.bytes;
      return;
    case 'archived':
      tally.fromArchive++;
      return;
    case 'long':
      tally.long++;
      return;
    case 'later':
      return;
    case 'failed':
    case 'expired':
      tally[result.outcome]++;
      addExample(tally, { key, reason: result.reason });
      return;
    case 'same':
    case 'skipped':
      tally[result.outcome]++;
      return;
    default:
      assertNever(result);
  }
}

/** Counts what the plan says of one key. */
export function countPlanned(tally: Tally, planned: Restoration): void {
  if (planned.do === 'leave') {
    tally[planned.reason === 'not written yet' ? 'notWrittenYet' : planned.reason]++;
    if (planned.reason === 'expired') addExample(tally, { key: planned.key, reason: EXPIRED });
    if (planned.reason === 'unknown') addExample(tally, { key: planned.key, reason: UNKNOWN });
    return;
  }
  tally.knownBy[planned.knownBy] = (tally.knownBy[planned.knownBy] ?? 0) + 1;
  if (planned.removed !== undefined) tally.undeleted++;
}

export const EXPIRED = 'the version that held this state is gone from the destination';
export const UNKNOWN = 'the destination has no such key, or no such version';

function addExample(tally: Tally, example: Example): void {
  if (tally.examples.length < MOST_EXAMPLES) tally.examples.push(example);
}

export function sumOf(tallies: readonly Tally[]): Tally {
  const sum = newTally();
  for (const tally of tallies) {
    sum.restored.keys += tally.restored.keys;
    sum.restored.bytes += tally.restored.bytes;
    for (const name of COUNTS) sum[name] += tally[name];
    for (const [name, count] of Object.entries(tally.knownBy)) sum.knownBy[name] = (sum.knownBy[name] ?? 0) + count;
    for (const name of ['reads', 'copies', 'lists'] as const) sum.requests[name] += tally.requests[name];
    for (const example of tally.examples) addExample(sum, example);
  }
  return sum;
}

const COUNTS = [
  'same',
  'skipped',
  'failed',
  'expired',
  'unknown',
  'removed',
  'notWrittenYet',
  'undeleted',
  'fromArchive',
  'long',
] as const;
