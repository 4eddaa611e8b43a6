import { assertNever } from '../../shared/assert-never.ts';
import type { LongCopy } from '../../shared/copy/long-copy.ts';
import type { Restoration, Restore } from './decide-restore.ts';
import type { Result } from './restore-key.ts';
import { EXPIRED, UNKNOWN } from './tally.ts';

/** What the report says of one key, as a line of JSON. */
export interface KeyLine {
  readonly key: string;
  readonly outcome: 'restored' | 'same' | 'skipped' | 'failed' | 'expired' | 'unknown';
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
}

export function plannedLine({ key, version, since, knownBy, source, removed }: Restore): PlannedLine {
  return {
    key,
    version: version.versionId,
    size: version.size,
    since: since.toISOString(),
    knownBy,
    ...(source !== undefined && { sourceETag: source.etag }),
    ...(removed !== undefined && { removed: removed.toISOString() }),
    ...(version.storageClass !== undefined && { storageClass: version.storageClass }),
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
  const { storageClass: _, ...line } = planned;
  return { ...line, outcome, reason };
}

/** Of a key that is left: only where it was asked for and cannot be had. */
export function leftLine({
  key,
  reason,
  since,
  knownBy,
  version,
}: Extract<Restoration, { do: 'leave' }>): KeyLine | undefined {
  if (reason !== 'expired' && reason !== 'unknown') return undefined;
  return {
    key,
    outcome: reason,
    reason: reason === 'expired' ? EXPIRED : UNKNOWN,
    ...(version !== undefined && { version }),
    ...(since !== undefined && { since: since.toISOString() }),
    ...(knownBy !== undefined && { knownBy }),
  };
}
