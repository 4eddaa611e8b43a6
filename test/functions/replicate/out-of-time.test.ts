import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { World } from '../../../functions/replicate/attempt.ts';
import { settle } from '../../../functions/replicate/settle.ts';
import type { LeftOver } from '../../../functions/replicate/settle.ts';
import { objectKey } from '../../../shared/objects/object-key.ts';
import { type DynamoSimulator, startDynamoSimulator } from '../../support/dynamo-simulator/http-server.ts';
import { inProcessBucket, inProcessDestination } from '../../support/s3-simulator/in-process.ts';
import { putObject } from '../../support/s3-simulator/put-object.ts';
import { createBucket, createStore } from '../../support/s3-simulator/store.ts';
import { created, DESTINATION, SOURCE, startRig } from '../../support/replicate-rig.ts';

const IN_FLIGHT = 64;
const LEFT = 7200;

interface Effort {
  /** What was asked of anybody while there was time, and after it. */
  readonly before: { requests: number; records: number; lines: number };
  readonly after: { requests: number; records: number; lines: number };
  readonly leftOver: LeftOver[];
  readonly sooner: string[];
  readonly comeBack: readonly string[];
}

/** Keys in ten messages, each request of which takes so long by a clock that only they move on: as many at a time as are in flight. */
async function work(keys: number, { milliseconds, stuck }: { milliseconds: number; stuck?: string }): Promise<Effort> {
  let now = 0;
  const count = () => ({ requests: 0, records: 0, lines: 0 });
  const effort = { before: count(), after: count(), leftOver: [], sooner: [], comeBack: [] };
  const leftOver: LeftOver[] = [];
  const sooner: string[] = [];
  const counted = () => (now < LEFT ? effort.before : effort.after);
  const over = new AbortController();
  const asked = async <T>(key: string, answer: T): Promise<T> => {
    counted().requests++;
    if (now >= LEFT) throw new Error('the time is up');
    now += milliseconds / IN_FLIGHT;
    if (stuck !== undefined && now >= LEFT / 2) over.abort();
    if (key === stuck) return new Promise(() => undefined);
    // Whatever else is to happen happens first, as it does when requests take time.
    await new Promise((resolve) => setImmediate(resolve));
    return answer;
  };
  const store = createStore({ now: () => now });
  createBucket(store, { ...SOURCE, region: 'us-east-1' });
  createBucket(store, { ...DESTINATION, region: 'eu-west-1' });
  putObject(store, { bucket: SOURCE.name, key: 'k', content: 'hello' });
  const state = await inProcessBucket({ store, ...SOURCE }).head(objectKey('k'));
  const world: World = {
    source: { ...inProcessBucket({ store, ...SOURCE }), head: (key) => asked(key, state) },
    destination: {
      ...inProcessDestination({ store, ...DESTINATION, source: SOURCE }),
      head: (key) => asked(key, undefined),
      copy: ({ key }) => asked(key, { answer: 'copied', etag: state?.etag ?? '' }),
    },
    ledger: {
      record: () => Promise.resolve(void counted().records++),
      note: () => Promise.resolve(undefined),
    },
    sleep: () => Promise.resolve(),
    now: () => now,
    random: () => 0,
  };
  const messages = Array.from({ length: 10 }, (_, message) => {
    const named = Array.from({ length: keys / 10 }, (_, n) => ({ key: `${message}/${n}` }));
    return { id: `m${message}`, body: JSON.stringify({ keys: named }) };
  });
  const line = () => void counted().lines++;
  const settling = settle(messages, {
    sourceBucket: SOURCE.name,
    world,
    inFlight: IN_FLIGHT,
    time: { left: () => LEFT - now, over: over.signal, end: new AbortController().signal },
    inbox: {
      toFailed: () => expect.unreachable(),
      comeBackSooner: ({ id }) => Promise.resolve(void sooner.push(id)),
    },
    report: {
      key: line,
      longCopy: line,
      outOfTime: (left) => {
        line();
        leftOver.push(left);
      },
      notUnderstood: line,
      throttled: line,
      inboxRefused: line,
      ledgerFailed: line,
      rulesLeftOut: line,
    },
  });
  return { ...effort, leftOver, sooner, comeBack: await settling };
}

describe('when the time is up', () => {
  it.each([
    [3000, 2500],
    [100_000, 900],
  ])('%i keys cost what those cost that are under way, and nothing more', async (keys, milliseconds) => {
    const { before, after, leftOver, sooner, comeBack } = await work(keys, { milliseconds });
    expect(before.records + after.records).toBeLessThanOrEqual(before.lines + after.lines);
    expect(after.requests).toBeLessThanOrEqual(IN_FLIGHT);
    expect(after.records).toBeLessThanOrEqual(IN_FLIGHT);
    expect(after.lines).toBeLessThanOrEqual(IN_FLIGHT + 1);
    const told = before.lines + after.lines - 1;
    expect(leftOver).toEqual([
      { notBegun: keys - told, underWay: 0, messages: 10 - Math.floor(told / (keys / 10)), oldest: undefined },
    ]);
    // What was begun is first in its message, so that all others come back: soon, as nothing of theirs is under way.
    expect(comeBack.length).toBeGreaterThanOrEqual(9);
    expect(sooner).toEqual(comeBack);
  });

  it('no copy is begun that would be cut off, if it takes as long as the others', async () => {
    const { before, after, leftOver } = await work(3000, { milliseconds: 900 });
    expect(after).toEqual({ requests: 0, records: 0, lines: 0 });
    expect(before.records).toBe(before.lines - 1);
    expect(leftOver).toHaveLength(1);
  });

  it('a key that never ends does not keep the answer, and its message comes back when its copy must have landed or died', async () => {
    const { leftOver, sooner, comeBack } = await work(3000, { milliseconds: 900, stuck: '0/7' });
    expect(leftOver).toMatchObject([{ messages: 10 }]);
    expect(leftOver[0]?.underWay).toBeGreaterThanOrEqual(1);
    expect(comeBack).toContain('m0');
    expect(sooner).not.toContain('m0');
  });
});

describe('the function', () => {
  let dynamo: DynamoSimulator;
  beforeEach(async () => {
    dynamo = await startDynamoSimulator();
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await dynamo.close();
  });

  it('tells of thousands of keys that it had no time for in one line, and asks nothing for them', async () => {
    const rig = await startRig();
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', dynamo.endpoint);
    vi.stubEnv('LEDGER_TABLE', 'photos-eu-ledger');
    rig.s3.faults.add({ match: {}, times: 'always', fault: 'hang' });
    const keys = Array.from({ length: 3000 }, (_, n) => ({ key: `k${n}` }));
    const bodies = Array.from({ length: 10 }, (_, n) => ({ keys: keys.slice(n * 300, (n + 1) * 300) }));
    const old = created('old');
    const { answer, lines } = await rig.watchWith(
      {
        Records: [...bodies, old].map((body, n) => ({
          messageId: `m${n}`,
          eventSource: 'aws:sqs',
          body: JSON.stringify(body),
        })),
      },
      1000,
    );
    await rig.s3.close();
    expect(answer).toEqual({ batchItemFailures: Array.from({ length: 11 }, (_, n) => ({ itemIdentifier: `m${n}` })) });
    expect(lines.filter(({ message }) => message === 'failed')).toHaveLength(IN_FLIGHT);
    expect(lines.filter(({ message }) => message === 'out of time')).toEqual([
      expect.objectContaining({
        level: 'WARN',
        notBegun: 3001 - IN_FLIGHT,
        underWay: 0,
        messages: 11,
        lag: expect.any(Number),
      }),
    ]);
    expect(lines.flatMap(({ OutOfTime }) => OutOfTime ?? [])).toEqual([3001 - IN_FLIGHT]);
    // Some may not have reached S3 when they were given up.
    expect(rig.s3.requests.count()).toBeLessThanOrEqual(IN_FLIGHT);
    expect(dynamo.requests).toEqual([]);
  });
});
