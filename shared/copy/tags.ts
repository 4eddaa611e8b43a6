import { isDeepStrictEqual } from 'node:util';
import type { ObjectState, Tag } from '../objects/bucket.ts';
import type { ObjectKey } from '../objects/object-key.ts';
import type { CopyWorld } from './copy-world.ts';

/** Characters; all headers of a request together may have 8 KB. */
const LONGEST_TAGGING = 4000;

/** The tags of a source: those that an upload begins with, or all that are left for a request of their own, as they are too long for a header. */
export async function sourceTags(
  key: ObjectKey,
  { description, versionId }: ObjectState,
  { source }: CopyWorld,
): Promise<{ readonly inHeader: readonly Tag[]; readonly left: readonly Tag[] }> {
  const tags = description.tagCount === 0 ? [] : await source.tags(key, versionId);
  return fitIntoHeader(tags) ? { inHeader: tags, left: [] } : { inHeader: [], left: tags };
}

function fitIntoHeader(tags: readonly Tag[]): boolean {
  const length = tags.reduce((sum, { key, value }) => sum + encodeURIComponent(`${key}=${value}&`).length, 0);
  return length <= LONGEST_TAGGING;
}

/**
 * Whether a replica that looks the same has the tags of another object. S3 knows no condition for setting tags: where versions have no ids, those
 * that were left for a request of their own may land on what another invocation has put there meanwhile. Only such tags are asked for.
 */
export async function hasTagsOfAnother(
  key: ObjectKey,
  { source, replica }: { readonly source: ObjectState; readonly replica: ObjectState },
  world: CopyWorld,
): Promise<boolean> {
  const { versionId = 'null' } = replica;
  if (versionId !== 'null' || source.description.tagCount === 0) return false;
  const tags = await world.destination.tags(key, replica.versionId);
  if (fitIntoHeader(tags)) return false;
  return !isDeepStrictEqual(sorted(tags), sorted(await world.source.tags(key, source.versionId)));
}

function sorted(tags: readonly Tag[]): readonly Tag[] {
  return tags.toSorted((one, other) => (one.key < other.key ? -1 : 1));
}
