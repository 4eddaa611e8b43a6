import { backOff } from '../../shared/back-off.ts';
import type { CopiedPart, CopyAnswer, NewUpload, PartAnswer, PartCopy, Tag, Upload } from '../../shared/bucket.ts';
import { forEachConcurrently } from '../../shared/for-each.ts';
import type { ObjectKey } from '../../shared/object-key.ts';
import type { World } from './converge.ts';
import type { Sides } from './copy-object.ts';

/**
 * Copies an object in parts of the given sizes (bytes). Every part is conditional on the source, so that bytes of two states are never put
 * together; the completion is conditional on the destination. An upload that does not end as an object is ended.
 */
export async function copyInParts(
  key: ObjectKey,
  copy: Sides & { readonly sizes: readonly number[] },
  world: World,
): Promise<CopyAnswer> {
  const { request, tagsLeft } = await newUpload(key, copy, world);
  if (request === undefined) return { answer: 'moved', reason: 'the source is another one' };
  const upload = await world.destination.beginUpload(request);
  const answer = await copyAndComplete(upload, copy, world).catch(async (error: unknown) => {
    await world.destination.abortUpload(upload);
    throw error;
  });
  if (answer.answer !== 'copied') await abort(upload, { answer, world });
  if (answer.answer === 'copied' && tagsLeft.length > 0) {
    await world.destination.setTags(key, { versionId: answer.versionId, tags: tagsLeft });
  }
  return answer;
}

async function copyAndComplete(
  upload: Upload,
  { source, replica, sizes }: Sides & { readonly sizes: readonly number[] },
  world: World,
): Promise<CopyAnswer> {
  const parts = await copyParts(upload, partsOf(source.etag, sizes), world);
  if (!Array.isArray(parts)) return parts;
  return world.destination.completeUpload(upload, { parts, replicaETag: replica?.etag, size: source.size });
}

/** After an unclear completion, too: what has not been completed by then cannot be any more. Unclear it remains. */
async function abort(
  upload: Upload,
  { answer, world }: { readonly answer: CopyAnswer; readonly world: World },
): Promise<void> {
  await world.destination.abortUpload(upload).catch((error: unknown) => {
    if (answer.answer !== 'unclear') throw error;
  });
}

/** Parts copied at a time. Each may be gigabytes, which S3 moves by itself. */
const PARTS_IN_FLIGHT = 16;
const ATTEMPTS = 6;
/** Characters; all headers of a request together may have 8 KB. */
const LONGEST_TAGGING = 4000;

/** What a copy in one request takes over by itself, and an upload must be told. */
async function newUpload(
  key: ObjectKey,
  { source }: Sides,
  world: World,
): Promise<{ readonly request: NewUpload | undefined; readonly tagsLeft: readonly Tag[] }> {
  const { description, versionId } = source;
  const tags = description.tagCount === 0 ? [] : await world.source.tags(key, versionId);
  const withChecksum = await world.source.head(key, { checksum: true });
  if (withChecksum?.etag !== source.etag) return { request: undefined, tagsLeft: [] };
  const { checksum } = withChecksum;
  const length = tags.reduce((sum, { key: name, value }) => sum + encodeURIComponent(`${name}=${value}&`).length, 0);
  const fits = length <= LONGEST_TAGGING;
  return {
    request: {
      key,
      description,
      tags: fits ? tags : [],
      ...(checksum && { checksum: { algorithm: checksum.algorithm, type: checksum.type } }),
    },
    tagsLeft: fits ? [] : tags,
  };
}

/** An object of one part is copied whole: a range is refused for a source that is not larger than 5 MiB. */
function partsOf(sourceETag: string, sizes: readonly number[]): readonly PartCopy[] {
  if (sizes.length === 1) return [{ number: 1, sourceETag }];
  let next = 0;
  return sizes.map((size, index) => {
    const first = next;
    next += size;
    return { number: index + 1, sourceETag, range: { first, last: next - 1 } };
  });
}

/** All parts, in order; or the answer that keeps the object from being copied. */
async function copyParts(
  upload: Upload,
  parts: readonly PartCopy[],
  world: World,
): Promise<CopiedPart[] | Exclude<CopyAnswer, { answer: 'copied' }>> {
  const copied: CopiedPart[] = [];
  let refusal: Exclude<PartAnswer, { answer: 'copied' }> | undefined;
  await forEachConcurrently(parts, {
    limit: PARTS_IN_FLIGHT,
    work: async (part) => {
      if (refusal !== undefined) return;
      const answer = await copyPart(upload, part, world);
      if (answer.answer === 'copied') copied[part.number - 1] = answer.part;
      else refusal ??= answer;
    },
  });
  return refusal ?? copied;
}

/** A part counts only once and only in the end, so whatever is not certain is just asked for again. */
async function copyPart(upload: Upload, part: PartCopy, world: World): Promise<PartAnswer> {
  for (let attempt = 0; ; attempt++) {
    const answer = await world.destination.copyPart(upload, part);
    if (answer.answer !== 'later' && answer.answer !== 'unclear') return answer;
    // Nothing of this object can land any more without the completion: unclear is no doubt about the replica.
    if (attempt === ATTEMPTS) return { answer: 'later', reason: answer.reason };
    await world.sleep(backOff(attempt, world.random()));
  }
}
