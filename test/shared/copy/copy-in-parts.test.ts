import { expect, it } from 'vitest';
import { copyInParts, copyParts } from '../../../shared/copy/copy-in-parts.ts';
import type { LongCopy } from '../../../shared/copy/long-copy.ts';
import type { CopyWorld } from '../../../shared/copy/copy-world.ts';
import type { CopyAnswer, ObjectState, PartAnswer } from '../../../shared/objects/bucket.ts';
import { objectKey } from '../../../shared/objects/object-key.ts';
import { DESTINATION, SOURCE } from '../../support/replicate-rig.ts';
import { inProcessBucket, inProcessDestination } from '../../support/s3-simulator/in-process.ts';
import { createBucket, createStore } from '../../support/s3-simulator/store.ts';

const MIB = 1024 ** 2;
const KEY = objectKey('k');
const SIZES = [5 * MIB, 5 * MIB, 1];
const LIMIT = 10_000;

interface Scene {
  /** What a part takes, in milliseconds; or each of them. */
  readonly part?: number | readonly number[];
  readonly abortFails?: boolean;
  readonly answers?: Partial<Record<number, PartAnswer['answer']>>;
  readonly completion?: CopyAnswer['answer'];
  readonly handOver?: 'handed over' | 'under way';
}

/** An upload of three parts, on a clock that only its requests move. */
async function copied({
  part = 1,
  abortFails = false,
  answers = {},
  completion = 'copied',
  handOver,
  source = {},
}: Scene & { source?: Partial<ObjectState> }) {
  let now = 0;
  let [aborted, attempts] = [0, 0];
  const handedOver: LongCopy[] = [];
  const description = { metadata: {}, tagCount: 0 };
  const state: ObjectState = {
    etag: 'ours-3',
    size: 10 * MIB + 1,
    lastModified: new Date(0),
    // Its ETag tells nothing of the parts.
    kms: true,
    archived: false,
    description,
  };
  const store = createStore({ now: () => 0 });
  createBucket(store, { ...SOURCE, region: 'us-east-1' });
  createBucket(store, { ...DESTINATION, region: 'eu-west-1' });
  const world: CopyWorld = {
    source: { ...inProcessBucket({ store, ...SOURCE }), head: async () => ({ ...state, ...source }) },
    destination: {
      ...inProcessDestination({ store, ...DESTINATION, source: SOURCE }),
      beginUpload: async ({ key }) => ({ key, id: 'upload', kms: true }),
      async copyPart(_, { number }) {
        now += typeof part === 'number' ? part : (part[number - 1] ?? 0);
        attempts++;
        const answer = answers[number] ?? 'copied';
        return answer === 'copied' ? { answer, part: { number, etag: 'e' } } : { answer, reason: answer };
      },
      completeUpload: async () =>
        completion === 'copied' ? { answer: completion, etag: 'ours-3' } : { answer: completion, reason: completion },
      async abortUpload() {
        aborted++;
        if (abortFails) throw new Error('cannot end it');
      },
    },
    sleep: () => Promise.resolve(),
    now: () => now,
    random: () => 0,
    long: {
      timeLeft: () => LIMIT - now,
      partsPerInvocation: 1000,
      ...(handOver && {
        handOver: async (copy) => {
          handedOver.push(copy);
          return handOver;
        },
      }),
    },
  };
  const answer = await copyInParts(KEY, { source: state, replica: undefined, sizes: SIZES }, world);
  return { answer, aborted, handedOver, attempts, world };
}

it.each<[string, Scene, string, number]>([
  ['is completed', {}, 'copied', 0],
  ['whose completion is refused, ends', { completion: 'moved' }, 'moved', 1],
  ['whose completion got no clear answer, ends, so that it cannot land later', { completion: 'unclear' }, 'unclear', 1],
  ['of a source that moved, ends', { answers: { 2: 'moved' } }, 'moved', 1],
  ['a part of which is refused, ends', { answers: { 2: 'refused' } }, 'refused', 1],
  ['a part of which gets no clear answer again and again, ends', { answers: { 2: 'unclear' } }, 'later', 1],
  ['that is handed over, stays', { part: 4000, handOver: 'handed over' }, 'handed over', 0],
  ['of a copy that others make already, ends', { part: 4000, handOver: 'under way' }, 'handed over', 1],
])('an upload that %s', async (_, scene, ends, abortions) => {
  const { answer, aborted } = await copied(scene);
  expect(answer.answer).toBe(ends);
  expect(aborted).toBe(abortions);
});

it.each([
  ['another part', 3000, 2],
  ['the completion', [1, 1, 8500], 3],
])('hands over what is done, with its upload, when there may be no time for %s', async (_, part, begun) => {
  const { handedOver, answer, attempts } = await copied({ part, handOver: 'handed over' });
  expect(answer).toEqual({ answer: 'handed over', reason: 'longer than an invocation' });
  expect(handedOver).toMatchObject([{ key: 'k', uploadId: 'upload', kms: true, sourceETag: 'ours-3', rounds: 0 }]);
  expect(attempts).toBe(begun);
});

it('where nothing is left to copy, there is always time', async () => {
  const { world } = await copied({ part: LIMIT });
  expect(world.long?.timeLeft()).toBeLessThan(0);
  const copying = copyParts({ key: KEY, id: 'upload' }, { parts: [], mayStop: true }, world);
  expect(await copying).toEqual({ answer: 'all copied', copied: [] });
});

it('an upload that cannot be ended is a failure, but what is unclear stays unclear', async () => {
  expect((await copied({ completion: 'unclear', abortFails: true })).answer.answer).toBe('unclear');
  await expect(copied({ completion: 'moved', abortFails: true })).rejects.toThrow(/moved; and cannot end it$/);
});

it('begins no upload of a source that is another one by then', async () => {
  const { answer, attempts, aborted } = await copied({ source: { etag: 'theirs-3' } });
  expect(answer).toEqual({ answer: 'moved', reason: 'the source is another one' });
  expect({ attempts, aborted }).toEqual({ attempts: 0, aborted: 0 });
});

it('asks for a part seven times at most', async () => {
  const { attempts } = await copied({ answers: { 1: 'later' } });
  expect(attempts).toBe(2 + 7);
});
