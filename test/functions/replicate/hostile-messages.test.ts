import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { World } from '../../../functions/replicate/converge.ts';
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
const paths = fc.constantFrom(
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
);
const bucketName = fc.constantFrom('photos', 'photos-eu', 'videos', '', 'photos/', '../photos');
const anything = fc.jsonValue({ maxDepth: 4 });
const key = fc.oneof(
  paths,
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.string({ unit: 'grapheme', minLength: 1000, maxLength: 1100 }),
  anything,
);
const s3 = fc.record({
  bucket: fc.oneof(fc.record({ name: bucketName }), anything),
  object: fc.record({ key, eTag: fc.oneof(anything, fc.string()) }),
});
const almost = fc
  .oneof(
    fc.record({
      Records: fc.oneof(
        fc.array(
          fc.record({ eventVersion: fc.oneof(anything, fc.constantFrom('2.1', '9.9')), s3: fc.oneof(s3, anything) }),
          { maxLength: 3 },
        ),
        anything,
      ),
    }),
    fc.record({
      keys: fc.oneof(
        fc.array(fc.oneof(fc.record({ key, sourceETag: anything }), anything), { maxLength: 3 }),
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
        putObject(store, { bucket: SOURCE.name, key: 'precious', content: 'x' });
        const accounted: string[] = [];
        const world: World = {
          source: inProcessBucket({ store, ...SOURCE }),
          destination: inProcessDestination({ store, ...DESTINATION, source: SOURCE }),
          sleep: () => Promise.resolve(),
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
            key: (hint, outcome) => void accounted.push(`${hint.key} ${outcome.outcome}`),
            notUnderstood: ({ id }) => void accounted.push(id),
            inboxRefused: () => expect.unreachable(),
          },
        });
        expect(comeBack).toEqual([]);
        expect(destination.keys.size).toBe(0);
        for (const { message, why } of inbox.failed) {
          expect(why).not.toBe('');
          expect(accounted).toContain(message.id);
        }
        const understood = messages.filter(({ id }) => !inbox.failed.some(({ message }) => message.id === id));
        for (const { body } of understood) expect(body).toMatch(/"Records"|"keys"|"s3:TestEvent"|Message/);
        expect(accounted.every((entry) => /^m\d+$/.test(entry) || entry.endsWith(' skipped'))).toBe(true);
      },
    ),
    { numRuns: 50 },
  );
});
