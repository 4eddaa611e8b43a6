import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { World } from '../../../functions/replicate/attempt.ts';
import { decode } from '../../../functions/replicate/decode.ts';
import { settle } from '../../../functions/replicate/settle.ts';
import { InboxModel } from '../../support/inbox-model.ts';
import { inProcessBucket, inProcessDestination } from '../../support/s3-simulator/in-process.ts';
import { putObject } from '../../support/s3-simulator/put-object.ts';
import { createBucket, createStore } from '../../support/s3-simulator/store.ts';

const SOURCE = { name: 'photos', owner: '111122223333' };
const DESTINATION = { name: 'photos-eu', owner: '111122223333' };

const deep = fc.integer({ min: 1, max: 50_000 }).map((depth) => '['.repeat(depth) + ']'.repeat(depth));
const huge = fc.integer({ min: 1, max: 20 }).map((size) => JSON.stringify({ Records: 'x'.repeat(size * 50_000) }));
const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array).toString('latin1'));
const PATHS = [
  '../../etc/passwd',
  '/',
  '//',
  '..',
  '.',
  'a/../../b',
  '\u0000',
  'photos-eu/k',
  '?versionId=x',
  '#',
  '%2e%2e%2f',
];
const otherBucket = fc.constantFrom('photos-eu', 'videos', '', 'photos/', '../photos', 'Photos');
const anything = fc.jsonValue({ maxDepth: 4 });
const noKey = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1100, maxLength: 1200 }),
  fc.constantFrom('', 'half \uD83D'),
  anything.filter((value) => typeof value !== 'string'),
);
/** Of objects that are there, if not for the bucket. */
const strange = fc.record({
  bucket: fc.oneof(fc.record({ name: otherBucket }), anything),
  object: fc.record({ key: fc.oneof(fc.constantFrom(...PATHS), noKey), eTag: fc.oneof(anything, fc.string()) }),
});
/** For the bucket, but of objects that are not there. */
const absent = fc.constantFrom(...PATHS).map((path) => ({ key: `${path}?` }));
const almost = fc
  .oneof(
    fc.record({
      Records: fc.oneof(
        fc.array(
          fc.record({
            eventVersion: fc.oneof(anything, fc.constantFrom('2.1', '9.9')),
            s3: fc.oneof(strange, anything),
          }),
          { maxLength: 3 },
        ),
        anything,
      ),
    }),
    fc.record({
      keys: fc.oneof(
        fc.array(fc.oneof(fc.record({ key: noKey, sourceETag: anything }), absent), { maxLength: 3 }),
        anything,
      ),
    }),
    fc.record({ Type: fc.constant('Notification'), Message: fc.oneof(fc.string(), fc.json(), anything) }),
    fc.record({ Service: anything, Event: fc.constant('s3:TestEvent') }),
    anything,
  )
  .map((value) => JSON.stringify(value));

it('1,000 malformed and hostile messages crash nothing, write nothing, and are each accounted for', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof({ arbitrary: almost, weight: 6 }, bytes, deep, huge), { minLength: 20, maxLength: 20 }),
      async (bodies) => {
        const store = createStore();
        createBucket(store, SOURCE);
        const destination = createBucket(store, DESTINATION);
        for (const key of PATHS) putObject(store, { bucket: SOURCE.name, key, content: 'precious' });
        const notUnderstood: string[] = [];
        const outcomes = new Map<string, string>();
        const world: World = {
          source: inProcessBucket({ store, ...SOURCE }),
          destination: inProcessDestination({ store, ...DESTINATION, source: SOURCE }),
          sleep: () => Promise.resolve(),
          now: () => 0,
          random: () => 0,
        };
        const inbox = new InboxModel({ now: () => 0, visibility: 1 });
        const messages = bodies.map((body, index) => ({ id: `m${index}`, body }));
        const comeBack = await settle(messages, {
          sourceBucket: SOURCE.name,
          world,
          inFlight: 10,
          inbox,
          report: {
            key: (hint, { outcome }) => void outcomes.set(hint.key, outcome),
            longCopy: () => expect.unreachable(),
            outOfTime: () => expect.unreachable(),
            notUnderstood: ({ id }) => void notUnderstood.push(id),
            throttled: () => expect.unreachable(),
            inboxRefused: () => expect.unreachable(),
            ledgerFailed: () => expect.unreachable(),
            rulesLeftOut: () => expect.unreachable(),
          },
        });

        expect(destination.keys.size).toBe(0);
        expect(comeBack).toEqual([]);
        // Put aside with a reason, or a test event, or about keys of which each was looked at.
        expect(inbox.failed.map(({ message }) => message.id)).toEqual(notUnderstood);
        expect(inbox.failed.filter(({ why }) => why === '')).toEqual([]);
        for (const { id, body } of messages.filter((message) => !notUnderstood.includes(message.id))) {
          const decoded = decode(body, SOURCE.name);
          const keys = decoded.message === 'hints' ? decoded.hints.map((hint) => hint.key) : [];
          expect(
            keys.map((key) => outcomes.get(key)),
            id,
          ).toEqual(keys.map(() => 'skipped'));
        }
      },
    ),
    { numRuns: 50 },
  );
});
