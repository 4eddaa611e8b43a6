import { assertNever } from '../../shared/assert-never.ts';
import type { LongCopy } from '../../shared/copy/long-copy.ts';
import type { Restoration, Restore } from './decide-restore.ts';
import type { Result } from './restore-key.ts';
import { EXPIRED, UNKNOWN } from './tally.ts';

/** What the report says of one key, as a line of JSON. */
export interface KeyLine {
  readonly key: string;
  readonly outcome: 'restored' | 'same' | 'skipped' | 'failed' | 'expired' | 'unknown' | 'left';
  readonly reason: string;
  /** The version of the destination. */
  readonly version?: string;
  /** Bytes. */
  readonly size?: number;
  /** From then on the source held this state, as far as `knownBy` tells: ISO 8601. */
  readonly since?: string;
  readonly knownBy?: string;
  /** Of the state of the source that the version was made from, where the ledger knows it. */
  readonly sourceETag?: string;
  /** It had been removed in the source: since when. */
  readonly removed?: string;
  /** A moment is asked for, and the history says nothing of the version, which was copied then. */
  readonly unrecorded?: string;
}

/** What has to wait, as a line of JSON for those who go on with it. */
export interface WaitingLine {
  readonly planned: PlannedLine;
  /** Since when it waits for the archive, and when that was asked last: ISO 8601. */
  readonly archived?: { readonly since: string; readonly asked: string };
  readonly copy?: LongCopy;
  /** How often going on has failed. */
  readonly failures?: number;
}

/** What was decided of a key, without the versions that it was decided by. */
export interface PlannedLine extends Omit<KeyLine, 'outcome' | 'reason'> {
  readonly version: string;
  readonly storageClass?: string;
  /** What must still lie under the id of the version, where that can change. */
  readonly etag?: string;
}

/** @param at the state of that moment is asked for, and no later one. */
export function plannedLine(
  { key, version, since, knownBy, source, removed, unrecorded }: Restore,
  at: string | undefined,
): PlannedLine {
  return {
    key,
    version: version.versionId,
    size: version.size,
    since: since.toISOString(),
    knownBy,
    ...(source !== undefined && { sourceETag: source.etag }),
    ...(removed !== undefined && { removed: removed.toISOString() }),
    ...(unrecorded !== undefined && { unrecorded: unrecorded.toISOString() }),
    ...(version.storageClass !== undefined && { storageClass: version.storageClass }),
    ...(at !== undefined && version.versionId === 'null' && { etag: version.etag }),
  };
}

/** `undefined`: the key is settled. */
export function waitingLine(planned: PlannedLine, result: Result, now: Date): WaitingLine | undefined {
  const at = now.toISOString();
  switch (result.outcome) {
    case 'archived':
      return { planned, archived: { since: at, asked: at } };
    case 'long':
      return { planned, copy: result.copy };
    case 'later':
      return { planned, failures: 1 };
    case 'restored':
    case 'same':
    case 'skipped':
    case 'failed':
    case 'expired':
      return undefined;
    default:
      return assertNever(result);
  }
}

export function resultLine(
  planned: PlannedLine,
  { outcome, reason }: Pick<Extract<Result, { bytes: number }>, 'outcome' | 'reason'>,
): KeyLine {
  const { storageClass: _, etag: _too, ...line } = planned;
  return { ...line, outcome, reason };
}

/** Of a key that is left: only where it was asked for, by its name, or cannot be had. */
export function leftLine(
  { key, reason, since, knownBy, version }: Extract<Restoration, { do: 'leave' }>,
  { named }: { readonly named: boolean },
): KeyLine | undefined {
  const isLeft = reason === 'removed' || reason === 'not written yet';
  if (isLeft && !named) return undefined;
  return {
    key,
    outcome: isLeft ? 'left' : reason,
    reason: WHY[reason],
    ...(version !== undefined && { version }),
    ...(since !== undefined && { since: since.toISOString() }),
    ...(knownBy !== undefined && { knownBy }),
  };
}

const WHY: Readonly<Record<Extract<Restoration, { do: 'leave' }>['reason'], string>> = {
  removed: 'had been removed by then',
  'not written yet': 'was not written yet by then, as far as is known',
  expired: EXPIRED,
  unknown: UNKNOWN,
};
