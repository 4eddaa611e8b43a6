import { backOff } from '../back-off.ts';
import type {
  BegunUpload,
  CopiedPart,
  CopyAnswer,
  NewUpload,
  PartAnswer,
  PartCopy,
  Tag,
  Upload,
} from '../objects/bucket.ts';
import { forEachConcurrently } from '../for-each.ts';
import type { ObjectKey } from '../objects/object-key.ts';
import type { CopyWorld } from './copy-world.ts';
import type { Sides } from './sides.ts';
import { longCopyOf, type LongCopy } from './long-copy.ts';
import { longerThanAnInvocation } from './longer-than-an-invocation.ts';
import { PARTS_IN_FLIGHT } from './plan-copy.ts';
import { rightSizes } from './right-sizes.ts';
import { sourceTags } from './tags.ts';

/** Nothing was written by this invocation, and nothing is for it to look at again: others go on with the copy. */
export interface HandedOver {
  readonly answer: 'handed over';
  readonly reason: 'longer than an invocation' | 'under way already';
}

/** Nothing was written: the parts of the source have other sizes than they seemed to have. */
interface OtherParts {
  readonly answer: 'other parts';
  readonly reason: string;
  /** Bytes. */
  readonly sizes: readonly number[];
}

/**
 * Copies an object in parts of the given sizes (bytes). Every part is conditional on the source, so that bytes of two states are never put
 * together; the completion is conditional on the destination. What takes longer than this invocation is handed over, from the beginning or with
 * what is done. Any other upload that does not end as an object is ended.
 */
export async function copyInParts(
  key: ObjectKey,
  copy: Sides & { readonly sizes: readonly number[] },
  world: CopyWorld,
): Promise<CopyAnswer | HandedOver> {
  if (isTooLong(copy, world)) return handedOver(longCopyOf(key, copy), world);
  const { inHeader, left } = await sourceTags(key, copy.source, world);
  const request = await newUpload(key, { source: copy.source, tags: inHeader }, world);
  if (request === undefined) return { answer: 'moved', reason: 'the source is another one' };
  const upload = await world.destination.beginUpload(request);
  const answer = await copyAndComplete(upload, copy, world).catch(async (error: unknown) => {
    throw await ended(upload, { cause: timeIsUp(key, { error, world }), world });
  });
  if (answer.answer !== 'copied' && answer.answer !== 'handed over') await abort(upload, { answer, world });
  if (answer.answer === 'other parts') return copyInParts(key, { ...copy, sizes: answer.sizes }, world);
  if (answer.answer !== 'copied' || left.length === 0) return answer;
  const tagged = await world.destination.setTags(key, { versionId: answer.versionId, tags: left });
  return tagged.answer === 'set' ? answer : tagged;
}

function isTooLong(
  { source: { size }, sizes }: Sides & { readonly sizes: readonly number[] },
  { long }: CopyWorld,
): boolean {
  if (long?.handOver === undefined) return false;
  return longerThanAnInvocation({ size, parts: sizes.length }, { ...long, timeLeft: long.timeLeft() });
}

async function copyAndComplete(
  upload: BegunUpload,
  copy: Sides & { readonly sizes: readonly number[] },
  world: CopyWorld,
): Promise<CopyAnswer | HandedOver | OtherParts> {
  const { source, replica, sizes } = copy;
  const mayStop = world.long?.handOver !== undefined;
  const parts = await copyParts(upload, { parts: partsOf(source.etag, sizes), mayStop }, world);
  if (parts.answer === 'out of time') {
    const answer = await handedOver(longCopyOf(upload.key, { ...copy, upload }), world);
    // Another execution makes this copy in an upload of its own.
    if (answer.reason === 'under way already') await world.destination.abortUpload(upload);
    return answer;
  }
  if (parts.answer !== 'all copied') return parts;
  const right = await rightSizes(upload.key, { source, sizes, parts: parts.copied, kms: upload.kms }, world);
  if (right === undefined) return { answer: 'moved', reason: 'the source is another one' };
  if (right !== sizes) return { answer: 'other parts', reason: 'the parts are not alike', sizes: right };
  return world.destination.completeUpload(upload, {
    parts: parts.copied,
    replicaETag: replica?.etag,
    size: source.size,
  });
}

async function handedOver(copy: LongCopy, { long }: CopyWorld): Promise<HandedOver> {
  const taken = await long?.handOver?.(copy);
  return { answer: 'handed over', reason: taken === 'under way' ? 'under way already' : 'longer than an invocation' };
}

/** Without a state machine a copy that the time limit ends would fail with S3's silence, which tells nobody what to do. */
function timeIsUp(
  key: ObjectKey,
  { error, world: { long, destination } }: { readonly error: unknown; readonly world: CopyWorld },
): unknown {
  if (long === undefined || long.handOver !== undefined || long.timeLeft() > TIMERS_DIFFER_MS) return error;
  return new Error(
    `Cannot copy "${key}" to "${destination.name}": it takes longer than an invocation, and no state machine is configured for such copies`,
    { cause: error },
  );
}

const TIMERS_DIFFER_MS = 100;

/** After an unclear completion, too: what has not been completed by then cannot be any more. Unclear it remains. */
async function abort(
  upload: Upload,
  {
    answer,
    world,
  }: { readonly answer: Exclude<CopyAnswer, { answer: 'copied' }> | OtherParts; readonly world: CopyWorld },
): Promise<void> {
  const cause = new Error(`Cannot copy "${upload.key}" to "${world.destination.name}": ${answer.reason}`);
  const error = await ended(upload, { cause, world });
  if (error !== cause && answer.answer !== 'unclear') throw error;
}

/** Ends an upload that failed. @returns why it failed; if it could not be ended either, with that as well. */
async function ended(
  upload: Upload,
  { cause, world }: { readonly cause: unknown; readonly world: CopyWorld },
): Promise<unknown> {
  try {
    await world.destination.abortUpload(upload);
    return cause;
  } catch (error) {
    return new Error(`${textOf(cause)}; and ${textOf(error)}`, { cause });
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const ATTEMPTS = 6;

/** What a copy in one request takes over by itself, and an upload must be told. `undefined`: the source changed meanwhile. */
export async function newUpload(
  key: ObjectKey,
  { source, tags }: Pick<Sides, 'source'> & { readonly tags: readonly Tag[] },
  world: CopyWorld,
): Promise<NewUpload | undefined> {
  const withChecksum = await world.source.head(key, { checksum: true });
  if (withChecksum?.etag !== source.etag) return undefined;
  const { checksum } = withChecksum;
  return {
    key,
    description: source.description,
    tags,
    ...(checksum && { checksum: { algorithm: checksum.algorithm, type: checksum.type } }),
  };
}

/** An object of one part is copied whole: a range is refused for a source that is not larger than 5 MiB. */
export function partsOf(sourceETag: string, sizes: readonly number[]): readonly PartCopy[] {
  if (sizes.length === 1) return [{ number: 1, sourceETag }];
  let next = 0;
  return sizes.map((size, index) => {
    const first = next;
    next += size;
    return { number: index + 1, sourceETag, range: { first, last: next - 1 } };
  });
}

/** What became of the parts of an object. */
export type CopiedParts =
  | { readonly answer: 'all copied'; readonly copied: readonly CopiedPart[] }
  /** Some are left, and there is no time for them. */
  | { readonly answer: 'out of time'; readonly copied: readonly CopiedPart[] }
  /** What keeps the object from being copied. */
  | Exclude<CopyAnswer, { answer: 'copied' }>;

/** Copies parts, those in `parts`; with `mayStop` as many as there is time for. */
export async function copyParts(
  upload: Upload,
  { parts, mayStop }: { readonly parts: readonly PartCopy[]; readonly mayStop: boolean },
  world: CopyWorld,
): Promise<CopiedParts> {
  const copied: CopiedPart[] = [];
  let refusal: Exclude<PartAnswer, { answer: 'copied' }> | undefined;
  let longest = 0;
  const reserve = (world.long?.timeLeft() ?? 0) * RESERVE;
  const hasTime = () => !mayStop || (world.long?.timeLeft() ?? 0) > Math.max(reserve, 1.5 * longest);
  await forEachConcurrently(parts, {
    limit: PARTS_IN_FLIGHT,
    work: async (part) => {
      if (refusal !== undefined || !hasTime()) return;
      const began = world.now();
      const answer = await copyPart(upload, part, world);
      longest = Math.max(longest, world.now() - began);
      if (answer.answer === 'copied') copied.push(answer.part);
      else refusal ??= answer;
    },
  });
  if (refusal !== undefined) return refusal;
  // The completion may take minutes, too.
  const done = copied.length === parts.length && (copied.length === 0 || hasTime());
  return { answer: done ? 'all copied' : 'out of time', copied: copied.toSorted((a, b) => a.number - b.number) };
}

/** The share of the time that parts under way, and the completion, are left with. */
const RESERVE = 0.2;

/** A part counts only once and only in the end, so whatever is not certain is just asked for again. */
async function copyPart(upload: Upload, part: PartCopy, world: CopyWorld): Promise<PartAnswer> {
  for (let attempt = 0; ; attempt++) {
    const answer = await world.destination.copyPart(upload, part);
    if (answer.answer !== 'later' && answer.answer !== 'unclear') return answer;
    // Nothing of this object can land any more without the completion: unclear is no doubt about the replica.
    if (attempt === ATTEMPTS) return { answer: 'later', reason: answer.reason };
    await world.sleep(backOff(attempt, world.random()));
  }
}
