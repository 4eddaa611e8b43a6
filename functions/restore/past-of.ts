import type { ListedVersion } from '../../shared/listing/listed-version.ts';
import { timeline } from '../../shared/ledger/timeline.ts';
import type { Moment, Now } from '../../shared/ledger/moment.ts';
import type { Fact } from '../../shared/ledger/history.ts';

/**
 * What the source held when, oldest first, with what only the order of the destination's versions tells.
 *
 * S3 lists versions in the order in which they were made. The date of one without a record is that of its copy: this may be long after it had been overwritten in the source,
 * or, without fractions of a second, before what it overwrote.
 *
 * A delete marker of the destination says nothing of the source, of which the ledger tells. Before all that the ledger knows, the destination's own
 * past is all there is.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/list-obj-version-enabled-bucket.html
 */
export function pastOf({ versions, facts, now }: Known): readonly Moment[] {
  if (facts.length === 0 && isNothing(now)) return ofDestination(versions);
  // Of two versions of one second, the one that S3 lists first is the newer one.
  const moments = timeline({ facts, listed: versions.toReversed(), now });
  if (!moments.some(({ what }) => what === 'unrecorded')) return moments;
  return withMarkers(inTheirPlaces(moments, versions), versions);
}

function isNothing({ source, replica, removedAt }: Known['now']): boolean {
  return source === undefined && replica === undefined && removedAt === undefined;
}

/** The same, where nothing at all is recorded: of a bucket without a ledger, this is most of the work. */
function ofDestination(versions: readonly ListedVersion[]): readonly Moment[] {
  const moments: Moment[] = [];
  for (const version of versions.toReversed()) {
    const { versionId, etag, lastModified: since, deleteMarker } = version;
    if (!deleteMarker) {
      const replica = { etag, versionId };
      moments.push({ since, knownBy: 'replica', what: 'unrecorded', replica, listed: version });
    } else if (moments.at(-1)?.what === 'unrecorded') moments.push({ since, knownBy: 'replica', what: 'removed' });
  }
  return moments;
}

/** What is not recorded comes behind all that is below it in the destination, and before all that is above. */
function inTheirPlaces(moments: readonly Moment[], versions: readonly ListedVersion[]): readonly Moment[] {
  const recorded = new Map<string, number>();
  for (const { what, listed, since } of moments)
    if (what !== 'unrecorded' && listed) recorded.set(listed.versionId, since.getTime());
  const places = new Map(versions.map(({ versionId, lastModified }) => [versionId, lastModified.getTime()]));
  let bound = -Infinity;
  for (const { versionId } of versions.toReversed()) {
    bound = Math.max(bound, recorded.get(versionId) ?? bound);
    places.set(versionId, Math.max(bound, places.get(versionId) ?? bound));
  }
  bound = Infinity;
  for (const { versionId } of versions) {
    bound = Math.min(bound, recorded.get(versionId) ?? bound);
    places.set(versionId, Math.min(bound, places.get(versionId) ?? bound));
  }
  const order = new Map(versions.map(({ versionId }, index) => [versionId, -index]));
  // Of one time: what was removed, then what came; what is recorded has the last word, also where its version is gone.
  const placeOf = ({ what, listed }: Moment) =>
    what === 'removed' ? -Infinity : (order.get(listed?.versionId ?? '') ?? Infinity);
  return moments
    .map((moment) => {
      const place = moment.what === 'unrecorded' ? places.get(moment.listed?.versionId ?? '') : undefined;
      return place === undefined ? moment : { ...moment, since: new Date(place) };
    })
    .toSorted((one, other) => {
      const isPlaced = one.what === 'unrecorded' || other.what === 'unrecorded';
      return one.since.getTime() - other.since.getTime() || (isPlaced ? placeOf(one) - placeOf(other) : 0);
    });
}

function withMarkers(moments: readonly Moment[], versions: readonly ListedVersion[]): readonly Moment[] {
  const recorded = moments.findIndex(({ what }) => what !== 'unrecorded');
  const before = recorded < 0 ? moments : moments.slice(0, recorded);
  const since = moments[recorded]?.since;
  const markers = markersOn(versions);
  return [
    ...before.flatMap((moment): readonly Moment[] => {
      const marker = markers.get(moment.listed?.versionId);
      if (marker === undefined || (since && marker.lastModified >= since)) return [moment];
      return [moment, { since: marker.lastModified, knownBy: 'replica', what: 'removed' }];
    }),
    ...moments.slice(before.length),
  ];
}

/** By the id of the object that each lies on. */
function markersOn(versions: readonly ListedVersion[]): ReadonlyMap<string | undefined, ListedVersion> {
  const markers = new Map<string | undefined, ListedVersion>();
  versions.forEach(({ versionId }, index) => {
    const above = versions[index - 1];
    if (above?.deleteMarker === true) markers.set(versionId, above);
  });
  return markers;
}

/** What is known of one key at a destination. */
export interface Known {
  /** Newest first, as S3 lists them. */
  readonly versions: readonly ListedVersion[];
  /** Empty where there is no ledger. What the destination holds now can be decided without them. */
  readonly facts: readonly Fact[];
  readonly now: Now;
}
