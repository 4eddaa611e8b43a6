import { describe, expect, it } from 'vitest';
import type { World } from '../../../functions/replicate/attempt.ts';
import type { DatedHint } from '../../../functions/replicate/decode.ts';
import { settle } from '../../../functions/replicate/settle.ts';
import type { LeftOver } from '../../../functions/replicate/settle.ts';
import { BucketError } from '../../../shared/objects/bucket.ts';
import type { CopyAnswer, ObjectState } from '../../../shared/objects/bucket.ts';
import type { LedgerRecord } from '../../../shared/ledger/ledger.ts';
import { inProcessBucket, inProcessDestination } from '../../support/s3-simulator/in-process.ts';
import { createBucket, createStore } from '../../support/s3-simulator/store.ts';
import { DESTINATION, SOURCE } from '../../support/replicate-rig.ts';

/** How a key ends, by the first word of its name; `late`: the time is up before it is begun. */
type Ending = 'settled' | 'failed' | 'unclear' | 'late';

interface Scene {
  readonly head?: () => Promise<ObjectState | undefined>;
  readonly copy?: () => Promise<CopyAnswer>;
  readonly left?: () => number;
  readonly over?: AbortController;
}

/** One key at a time, in the order of the messages. */
async function settled(messages: readonly object[], scene: Scene = {}) {
  const sooner: string[] = [];
  const hints: DatedHint[] = [];
  const leftOver: LeftOver[] = [];
  const records: LedgerRecord[] = [];
  let left = 1000;
  const store = createStore({ now: () => 0 });
  createBucket(store, { ...SOURCE, region: 'us-east-1' });
  createBucket(store, { ...DESTINATION, region: 'eu-west-1' });
  const ending = (key: string) => key.split(' ')[0];
  const world: World = {
    source: {
      ...inProcessBucket({ store, ...SOURCE }),
      async head(key) {
        if (scene.head !== undefined) return await scene.head();
        if (ending(key) === 'failed') throw new BucketError('access denied', { code: 'status 403', cause: undefined });
        return undefined;
      },
    },
    destination: {
      ...inProcessDestination({ store, ...DESTINATION, source: SOURCE }),
      async copy({ key }) {
        if (scene.copy !== undefined) return await scene.copy();
        return ending(key) === 'unclear'
          ? { answer: 'unclear', reason: 'time-out' }
          : { answer: 'moved', reason: 'the source is another one' };
      },
    },
    ledger: {
      record: async (record) => void records.push(record),
      note: async () => undefined,
    },
    sleep: () => Promise.resolve(),
    now: () => 0,
    random: () => 0,
  };
  const nothing = () => undefined;
  const bodies = messages.map((body, n) => ({ id: `m${n}`, body: JSON.stringify(body) }));
  const comeBack = await settle(bodies, {
    sourceBucket: SOURCE.name,
    world,
    inFlight: 1,
    time: {
      left: scene.left ?? (() => left),
      over: (scene.over ?? new AbortController()).signal,
      end: new AbortController().signal,
    },
    inbox: {
      toFailed: () => expect.unreachable(),
      comeBackSooner: async ({ id }) => void sooner.push(id),
    },
    report: {
      key: (hint) => {
        hints.push(hint);
        if (hint.key.endsWith(' last')) left = 0;
      },
      longCopy: nothing,
      outOfTime: (those) => void leftOver.push(those),
      notUnderstood: nothing,
      throttled: nothing,
      inboxRefused: nothing,
      ledgerFailed: nothing,
      rulesLeftOut: nothing,
    },
  });
  return { comeBack, sooner, hints, leftOver, records };
}

const [OLD, NEW] = ['0'.repeat(32), 'f'.repeat(32)];
const message = (...keys: readonly string[]) => ({ keys: keys.map((key) => ({ key, sourceETag: OLD })) });

describe('a message comes back', () => {
  it.each<[Ending[], 'not at all' | 'sooner' | 'after the barrier']>([
    [['settled', 'settled'], 'not at all'],
    [['settled', 'failed'], 'sooner'],
    [['failed', 'settled'], 'sooner'],
    [['settled', 'unclear'], 'after the barrier'],
    [['unclear', 'settled'], 'after the barrier'],
    [['failed', 'unclear'], 'after the barrier'],
    [['unclear', 'failed'], 'after the barrier'],
    [['unclear', 'failed', 'unclear', 'failed'], 'after the barrier'],
    [['settled', 'late'], 'sooner'],
    [['failed', 'late'], 'sooner'],
    [['unclear', 'late'], 'after the barrier'],
    [['unclear', 'failed', 'late'], 'after the barrier'],
  ])('whose keys are %j: %s', async (endings, when) => {
    const before = endings.filter((ending) => ending !== 'late').length;
    const keys = endings.map(
      (ending, n) => `${ending} ${n}${n === before - 1 && before < endings.length ? ' last' : ''}`,
    );
    const { comeBack, sooner } = await settled([message(...keys)]);
    expect(comeBack).toEqual(when === 'not at all' ? [] : ['m0']);
    expect(sooner).toEqual(when === 'sooner' ? ['m0'] : []);
  });

  it('for its own keys alone, and for a key that it shares', async () => {
    const { comeBack, sooner } = await settled([
      message('settled 1'),
      message('unclear 1'),
      message('settled 1', 'failed 1'),
      message('unclear 1', 'failed 1'),
    ]);
    expect(comeBack).toEqual(['m1', 'm2', 'm3']);
    expect(sooner).toEqual(['m2']);
  });
});

describe('several events of one key', () => {
  const event = (eventTime: string, eTag: string, key = 'k') => ({
    Records: [
      { eventTime, eventName: 'ObjectCreated:Put', s3: { bucket: { name: SOURCE.name }, object: { key, eTag } } },
    ],
  });
  const [early, late] = ['2026-11-21T01:00:00.000Z', '2026-11-21T02:00:00.000Z'];

  it.each([
    ['in order', [event(early, OLD), event(late, NEW)]],
    ['the other way round', [event(late, NEW), event(early, OLD)]],
  ])('are one hint: the guess of the latest, the age of the oldest (%s)', async (_, messages) => {
    const { hints } = await settled(messages);
    expect(hints).toMatchObject([{ sourceETag: NEW, changedAt: new Date(early) }]);
    expect(hints[0]?.events).toHaveLength(2);
  });

  it.each([
    ['in order', [event(early, OLD, 'k1'), event(late, OLD, 'k2')]],
    ['the other way round', [event(late, OLD, 'k2'), event(early, OLD, 'k1')]],
  ])('left over, tell the age of the oldest (%s)', async (_, messages) => {
    const { leftOver } = await settled([message('settled last'), ...messages]);
    expect(leftOver).toEqual([{ notBegun: 2, underWay: 0, messages: 2, oldest: new Date(early) }]);
  });
});

describe('a key that the time does not suffice for', () => {
  const state = {
    etag: OLD,
    size: 3,
    lastModified: new Date(0),
    kms: false,
    archived: false,
    description: { metadata: {}, tagCount: 0 },
  };

  it('is told of once, as it was when the answer was given, whatever becomes of it later', async () => {
    const over = new AbortController();
    const late = Promise.withResolvers<CopyAnswer>();
    const { comeBack, sooner, hints, leftOver, records } = await settled([message('slow')], {
      over,
      copy: () => {
        over.abort();
        return late.promise;
      },
    });
    expect({ comeBack, sooner, hints }).toEqual({ comeBack: ['m0'], sooner: [], hints: [] });
    expect(leftOver).toEqual([{ notBegun: 0, underWay: 1, messages: 1, oldest: undefined }]);
    late.resolve({ answer: 'moved', reason: 'the source is another one' });
    await new Promise((resolve) => setImmediate(resolve));
    expect({ hints, records }).toEqual({ hints: [], records: [] });
  });

  it('leaves no record if nothing is known of it, but does of a replica that it made and that was overtaken', async () => {
    let left = 1000;
    const head = () => {
      left = 0;
      return timeIsUp();
    };
    const cutOff = await settled([message('cut off')], { head, left: () => left });
    expect(cutOff.hints).toHaveLength(1);
    expect(cutOff.records).toEqual([]);
    let looks = 0;
    const overtaken = await settled([message('overtaken')], {
      copy: async () => ({ answer: 'copied', etag: OLD }),
      head: async () => (looks++ === 0 ? { ...state, etag: NEW } : timeIsUp()),
      left: () => (looks < 2 ? 1000 : 0),
    });
    expect(overtaken.records).toMatchObject([{ outcome: 'failed', overtaken: [{ source: { etag: OLD } }] }]);
  });

  function timeIsUp(): never {
    throw new BucketError('the time is up', { code: 'TimeoutError', cause: undefined });
  }
});
