import type { SourceVersion } from '../../shared/ledger/seen.ts';
import type { ListedVersion } from '../../shared/listing/listed-version.ts';
import type { ObjectKey } from '../../shared/objects/object-key.ts';
import { sourceId } from '../../shared/ledger/moment.ts';
import type { Moment, Now } from '../../shared/ledger/moment.ts';
import { pastOf } from './past-of.ts';
import type { Known } from './past-of.ts';

/** Which state is asked for: that of a moment, or one version; without both, what the destination holds now. */
export interface Wanted {
  readonly at?: Date;
  /** The id of a version of the destination, `null` included. */
  readonly version?: string;
  /** Also what had been removed by then, as it was before. */
  readonly undelete: boolean;
}

/** What becomes of one key in a restore. */
export type Restoration = Restore | Leave;

export interface Restore {
  readonly do: 'restore';
  readonly key: ObjectKey;
  /** Of the destination. */
  readonly version: ListedVersion;
  /** From then on the source held this state, so far as `knownBy` tells. */
  readonly since: Date;
  readonly knownBy: Moment['knownBy'];
  /** What the version was made from, where that is known. */
  readonly source?: SourceVersion;
  /** It had been removed then, and comes back all the same. */
  readonly removed?: Date;
  /** A moment is asked for, and the history says nothing of this version, which was copied then. */
  readonly unrecorded?: Date;
}

export interface Leave {
  readonly do: 'leave';
  readonly key: ObjectKey;
  /**
   * `removed`: there was no object then. `not written yet`: nothing is known of it from so early. `expired`: the version that is asked for is known, and gone
   * from the destination. `unknown`: there is no such key, or version.
   */
  readonly reason: 'removed' | 'not written yet' | 'expired' | 'unknown';
  /** Since when that is so, where it is known. */
  readonly since?: Date;
  readonly knownBy?: Moment['knownBy'];
  /** The id of the version that is gone. */
  readonly version?: string;
}

/**
 * Decides what of one key is restored.
 *
 * | wanted    | the key                                           | without undelete         | with undelete             |
 * | --------- | ------------------------------------------------- | ------------------------ | ------------------------- |
 * | latest    | has a current object at the destination           | it, also if since removed in the source              |
 * | latest    | has a delete marker there as current              | leave: removed           | the newest object below   |
 * | a moment  | the source held a state, its version is there     | it                                                   |
 * | a moment  | the source held a state, its version is gone      | leave: expired                                       |
 * | a moment  | had been removed                                  | leave: removed           | the last state before     |
 * | a moment  | nothing is known from so early                    | leave: not written yet                               |
 * | a version | is there                                          | it                                                   |
 * | a version | is a delete marker                                | leave: removed                                       |
 * | a version | is gone, but known                                | leave: expired                                       |
 * | any       | there is nothing of it                            | leave: unknown                                       |
 */
export function decideRestore(key: ObjectKey, known: Known, wanted: Wanted): Restoration {
  const moments = pastOf(known);
  if (wanted.version !== undefined) return oneVersion(key, { ...known, moments, id: wanted.version });
  if (moments.length === 0 && known.versions.length === 0) return { do: 'leave', key, reason: 'unknown' };
  return wanted.at === undefined
    ? latest(key, { ...known, moments, removal: removalNow(known.now, moments), undelete: wanted.undelete })
    : stateAt(key, { moments, at: wanted.at, undelete: wanted.undelete });
}

interface Past {
  readonly versions: readonly ListedVersion[];
  readonly moments: readonly Moment[];
}

function latest(key: ObjectKey, { versions, moments, removal, undelete }: Latest): Restoration {
  const current = versions.find(({ isLatest }) => isLatest) ?? versions[0];
  if (current?.deleteMarker === false)
    return { ...restored(key, { version: current, moments }), ...(removal && { removed: removal.since }) };
  const marked = current && ({ since: current.lastModified, knownBy: 'replica' } as const);
  const when = removal ?? marked;
  const below = versions.find(({ deleteMarker }) => !deleteMarker);
  if (undelete && below !== undefined)
    return { ...restored(key, { version: below, moments }), ...(when && { removed: when.since }) };
  const isGone = below === undefined && moments.some(({ what }) => what !== 'removed');
  return { do: 'leave', key, reason: isGone ? 'expired' : 'removed', ...when };
}

interface Latest extends Past {
  readonly removal: Pick<Moment, 'since' | 'knownBy'> | undefined;
  readonly undelete: boolean;
}

/** The ledger's item says it of the key as it is now, whatever the dates of its versions: a copy may have landed after the removal. */
function removalNow({ removedAt }: Now, moments: readonly Moment[]): Latest['removal'] {
  if (removedAt === undefined) return undefined;
  const told = moments.findLast(({ what }) => what === 'removed');
  return { since: told?.since ?? removedAt, knownBy: told?.knownBy ?? 'look' };
}

function stateAt(
  key: ObjectKey,
  { moments, at, undelete }: { readonly moments: readonly Moment[]; readonly at: Date; readonly undelete: boolean },
): Restoration {
  const until = moments.filter(({ since }) => since <= at);
  const state = until.at(-1);
  if (state === undefined) return { do: 'leave', key, reason: 'not written yet' };
  const held = state.what === 'removed' && undelete ? until.findLast(({ what }) => what !== 'removed') : state;
  if (held === undefined || held.what === 'removed') {
    const { since, knownBy } = state;
    return { do: 'leave', key, reason: 'removed', since, knownBy };
  }
  const { since, knownBy, source, replica } = held;
  const version = held.listed ?? sameState(held, moments);
  if (version === undefined) return { do: 'leave', key, reason: 'expired', since, knownBy, ...gone(replica) };
  const removed = held === state ? {} : { removed: state.since };
  const isRecorded = held.what !== 'unrecorded' && held.fromItem !== true;
  const unrecorded = isRecorded ? {} : { unrecorded: version.lastModified };
  return { do: 'restore', key, version, since, knownBy, ...(source && { source }), ...removed, ...unrecorded };
}

/** Another version that was made from the very same state of the source: it had come back later. */
function sameState({ source }: Moment, moments: readonly Moment[]): ListedVersion | undefined {
  if (source === undefined) return undefined;
  const id = sourceId(source);
  return moments.find((other) => other.listed && other.source && sourceId(other.source) === id)?.listed;
}

function gone(replica: Moment['replica']): Pick<Leave, 'version'> {
  return replica ? { version: replica.versionId } : {};
}

function oneVersion(key: ObjectKey, { versions, moments, id }: Past & { readonly id: string }): Restoration {
  const version = versions.find(({ versionId }) => versionId === id);
  if (version?.deleteMarker === true)
    return { do: 'leave', key, reason: 'removed', since: version.lastModified, knownBy: 'replica' };
  if (version !== undefined) return restored(key, { version, moments });
  const moment = moments.find(({ replica }) => replica?.versionId === id);
  if (moment === undefined) return { do: 'leave', key, reason: 'unknown' };
  const { since, knownBy } = moment;
  return { do: 'leave', key, reason: 'expired', since, knownBy, version: id };
}

/** When the source held last what this version is a copy of. */
function restored(
  key: ObjectKey,
  { version, moments }: { readonly version: ListedVersion; readonly moments: readonly Moment[] },
): Restore {
  const moment = moments.findLast(({ listed }) => listed?.versionId === version.versionId);
  const { since, knownBy, source } = moment ?? { since: version.lastModified, knownBy: 'replica' };
  return { do: 'restore', key, version, since, knownBy, ...(source && { source }) };
}
