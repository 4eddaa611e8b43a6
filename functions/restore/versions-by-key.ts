import { compareKeys } from '../../shared/objects/key-order.ts';
import type { ListedVersion } from '../../shared/listing/listed-version.ts';
import type { KeyRange } from '../../shared/listing/listing.ts';
import type { ObjectKey } from '../../shared/objects/object-key.ts';
import type { KeyVersions, VersionListing, VersionPage, VersionRequest } from '../../shared/listing/version-listing.ts';

/**
 * The keys of a range in ascending order, each with all of its versions and delete markers. One page ahead of the consumer, never more; no more is held than two pages
 * and the versions of one key.
 *
 * @throws {BucketError} as the listing does.
 */
export async function* versionsByKey(
  listing: VersionListing,
  { after, through, prefix }: KeyRange,
): AsyncGenerator<KeyVersions, void, undefined> {
  const of = prefix === undefined ? {} : { prefix };
  const isBehind = (key: string) => through !== undefined && compareKeys(key, through) > 0;
  let { coming } = begin(listing, { ...of, ...(after !== undefined && { after }) });
  let open: { key: ObjectKey; versions: ListedVersion[] } | undefined;
  for (;;) {
    const { keys, next } = await coming;
    const isLast = next === undefined || isBehind(next.key);
    if (!isLast) ({ coming } = begin(listing, { ...of, cursor: next }));
    for (const { key, versions } of keys) {
      if (open?.key === key) {
        for (const version of versions) open.versions.push(version);
        continue;
      }
      if (open !== undefined) yield open;
      open = undefined;
      if (isBehind(key)) return;
      open = { key, versions: [...versions] };
    }
    if (isLast) break;
  }
  if (open !== undefined) yield open;
}

/** If the consumer never comes for it, nobody need hear that it failed. */
function begin(listing: VersionListing, request: VersionRequest): { coming: Promise<VersionPage> } {
  const coming = listing.page(request);
  coming.catch(() => undefined);
  return { coming };
}
