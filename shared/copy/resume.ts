import type { CopiedPart, ObjectState, Upload } from '../objects/bucket.ts';
import type { CopyWorld } from './copy-world.ts';
import { copyParts, newUpload, partsOf } from './copy-in-parts.ts';
import { everyPart } from './every-part.ts';
import { completed, finish } from './finish.ts';
import { fingerprint, type LongCopy } from './long-copy.ts';
import { partsIn, partsOfSize } from './plan-copy.ts';
import { again, noClearAnswer, refusal, SOURCE_MOVED, type Resumed } from './resumed.ts';
import { rightSizes } from './right-sizes.ts';
import { sourceTags } from './tags.ts';

/**
 * Goes on with a copy where it stopped. Parts that are done are not copied again. Every part is conditional on the source, the completion on the
 * destination; an invocation of its own then sets what tags are left and looks at the source once more.
 *
 * A copy may be resumed any number of times, also by two invocations at once: a part counts once, and an upload is completed once.
 *
 * @returns with `bytes`, those that were copied now.
 * @throws {Error} if S3 refuses, or no part could be copied: to be tried again later.
 */
export async function resume(
  copy: LongCopy,
  world: CopyWorld,
): Promise<{ readonly resumed: Resumed; readonly bytes: number }> {
  const { key, uploadId } = copy;
  if (copy.rounds >= MOST_ROUNDS) {
    throw new Error(`Cannot copy "${key}" to "${world.destination.name}": not done after ${MOST_ROUNDS} invocations`);
  }
  if (copy.completed !== undefined) return { resumed: await finish(copy, copy.completed, world), bytes: 0 };
  const at = world.now();
  const source = await world.source.head(key);
  if (source === undefined || fingerprint(source) !== copy.source) return leave(copy, { reason: SOURCE_MOVED, world });
  const replica = await world.destination.head(key);
  if (replica?.etag !== copy.replicaETag) return leave(copy, { reason: 'the replica is another one', world });
  if (uploadId === undefined) return begin(copy, { source, world });

  const upload = { key, id: uploadId };
  const sizes = await sizesOf(copy, { source, world });
  if (sizes === undefined) return leave(copy, { reason: SOURCE_MOVED, world });
  const done = await world.destination.doneParts(upload);
  if (done === undefined) throw uploadEnded(copy, world);
  return goOn(copy, { at, source, upload, sizes, done }, world);
}

/** All its parts went with it; a new one would come to the same end. By its name the state machine does not try it again and again. */
function uploadEnded(copy: LongCopy, world: CopyWorld): Error {
  const reason =
    'somebody ended its upload, perhaps a lifecycle rule of the bucket that leaves uploads too little time';
  return Object.assign(refusal(copy, { answer: { reason }, world }), { name: 'UploadEnded' });
}

/** An execution has at most 25,000 events, of which each invocation takes fewer than ten. */
const MOST_ROUNDS = 2_000;

interface Work {
  /** When the source was looked at: milliseconds since 1970. */
  readonly at: number;
  readonly source: ObjectState;
  readonly upload: Upload;
  readonly sizes: readonly number[];
  readonly done: readonly CopiedPart[];
}

/** Only begins: an upload of which the state machine knows is ended by it, whatever becomes of the next invocation. */
async function begin(copy: LongCopy, { source, world }: { readonly source: ObjectState; readonly world: CopyWorld }) {
  const { inHeader } = await sourceTags(copy.key, source, world);
  const request = await newUpload(copy.key, { source, tags: inHeader }, world);
  if (request === undefined) return leave(copy, { reason: SOURCE_MOVED, world });
  const { id, kms } = await world.destination.beginUpload(request);
  return { resumed: again({ ...copy, uploadId: id, kms }), bytes: 0 };
}

async function goOn(copy: LongCopy, { at, source, upload, sizes, done }: Work, world: CopyWorld) {
  const numbers = new Set(done.map(({ number }) => number));
  const missing = partsOf(source.etag, sizes).filter(({ number }) => !numbers.has(number));
  const now = missing.slice(0, world.long?.partsPerInvocation);
  const parts = await copyParts(upload, { parts: now, mayStop: true }, world);
  if (parts.answer === 'moved') return leave(copy, { reason: parts.reason, world });
  if (parts.answer !== 'all copied' && parts.answer !== 'out of time') throw refusal(copy, { answer: parts, world });

  const bytes = parts.copied.reduce((sum, { number }) => sum + (sizes[number - 1] ?? 0), 0);
  if (parts.answer === 'all copied' && now.length === missing.length) {
    const all = [...done, ...parts.copied].toSorted((a, b) => a.number - b.number);
    return { resumed: await complete(copy, { at, source, upload, sizes, done: all }, world), bytes };
  }
  if (parts.copied.length === 0) {
    throw new Error(
      `Cannot copy "${copy.key}" to "${world.destination.name}": no part was done in the time of an invocation`,
    );
  }
  return { resumed: again(copy), bytes };
}

async function complete(copy: LongCopy, { at, source, upload, sizes, done }: Work, world: CopyWorld): Promise<Resumed> {
  const { key, replicaETag, kms = false } = copy;
  const right = await rightSizes(key, { source, sizes, parts: done, kms }, world);
  if (right === undefined) return (await leave(copy, { reason: SOURCE_MOVED, world })).resumed;
  if (right !== sizes) return beginAgain(copy, world);
  const answer = await world.destination.completeUpload(upload, { parts: done, replicaETag, size: source.size });
  if (answer.answer === 'moved') return (await leave(copy, { reason: answer.reason, world })).resumed;
  if (answer.answer === 'unclear') return noClearAnswer(copy, { reason: answer.reason, world });
  // Also SlowDown: the upload is as good as before.
  if (answer.answer !== 'copied') throw refusal(copy, { answer, world });

  return completed(copy, { at, source, replica: answer }, world);
}

/** In parts as large as the source's are, which are not alike. */
async function beginAgain(copy: LongCopy, world: CopyWorld): Promise<Resumed> {
  await giveUp(copy, world);
  const { partSize: _, uploadId: _ended, kms: _too, ...rest } = copy;
  return again(rest);
}

/** `undefined`: the source changed meanwhile. */
async function sizesOf(
  { key, partSize }: LongCopy,
  { source, world }: { readonly source: ObjectState; readonly world: CopyWorld },
): Promise<readonly number[] | undefined> {
  if (partSize === undefined) return everyPart(key, { source, count: partsIn(source.etag) ?? 1 }, world);
  const sizes = partsOfSize(source.size, partSize);
  if (sizes === undefined)
    throw new RangeError(`Cannot copy "${key}" in parts of ${partSize} bytes: they are too many`);
  return sizes;
}

/** Ends the upload, so that nothing of it can land any more, and leaves the key to the inbox. */
async function leave(
  copy: LongCopy,
  { reason, world }: { readonly reason: string; readonly world: CopyWorld },
): Promise<{ readonly resumed: Resumed; readonly bytes: number }> {
  await giveUp(copy, world);
  return { resumed: { status: 'look again', reason }, bytes: 0 };
}

/** Ends the upload of a copy that nobody goes on with. */
export async function giveUp({ key, uploadId }: LongCopy, { destination }: CopyWorld): Promise<void> {
  if (uploadId !== undefined) await destination.abortUpload({ key, id: uploadId });
}
