import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startDynamoSimulator, type DynamoSimulator } from '../../support/dynamo-simulator/http-server.ts';
import { CANARY_KEY } from '../../../shared/names.ts';
import { created, startRig } from '../../support/replicate-rig.ts';
import type { Rig } from '../../support/replicate-rig.ts';

/** What "Alarms, metrics and logs" in docs/costs.md counts on. */

let rig: Rig;
let dynamo: DynamoSimulator;

beforeAll(async () => {
  dynamo = await startDynamoSimulator();
});
afterAll(async () => {
  await dynamo.close();
});
beforeEach(async () => {
  rig = await startRig({ source: { versioning: 'enabled' } });
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', dynamo.endpoint);
  vi.stubEnv('LEDGER_TABLE', 'photos-eu-ledger');
  vi.stubEnv('VERSIONS_TABLE', 'photos-eu-versions');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rig.s3.close();
});

function counted(): Readonly<Record<string, number>> {
  const names = [...rig.s3.requests.all.map(({ operation = 'unknown' }) => operation), ...dynamo.requests];
  return Object.fromEntries(
    Object.entries(Object.groupBy(names, String)).map(([name, all]) => [name, all?.length ?? 0]),
  );
}

const bytesOf = (lines: readonly string[]) => lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0);

describe('what is written', () => {
  it('is some 600 bytes for a key of 40 characters, and 300 for the metrics of an invocation that has one', async () => {
    const key = 'photos/2026/11/21/IMG_20261121_12345.jpg';
    const { output } = await rig.invoke(created(key, rig.put(key, 'hello').etag));
    const [told, metrics] = [false, true].map((emf) => linesOf(output, emf));
    // On AWS the ids of versions and of the request are longer, by some 70 bytes together.
    expect(bytesOf(told ?? [])).toBeGreaterThan(500);
    expect(bytesOf(told ?? [])).toBeLessThan(600);
    expect(bytesOf(metrics ?? [])).toBeLessThan(350);
  });

  it('is less than 2 kB for the metrics of a hundred keys', async () => {
    const keys = Array.from({ length: 100 }, (_, n) => `k${n}`);
    const { output } = await rig.invoke(...keys.map((key) => created(key, rig.put(key, 'hello').etag)));
    expect(bytesOf(linesOf(output, true))).toBeLessThan(2_000);
  });

  function linesOf(output: string, emf: boolean): readonly string[] {
    return output.split('\n').filter((line) => line.startsWith('{') && line.includes('"_aws"') === emf);
  }
});

describe('what is asked', () => {
  it('for a canary, which overwrites the one before: a guess that is wrong, three looks, a copy; two records', async () => {
    const stamped = (stamp: string) => ({
      tags: [{ key: 'fanout-canary', value: stamp }],
      metadata: { 'fanout-canary': stamp },
    });
    rig.put(CANARY_KEY, 'one', stamped('one'));
    await rig.invoke(created(CANARY_KEY));
    forget();
    await rig.invoke(created(CANARY_KEY, rig.put(CANARY_KEY, 'two', stamped('two')).etag));
    expect(counted()).toEqual({ CopyObject: 2, HeadObject: 3, UpdateItem: 2 });
  });

  it('for a comparison of bytes: a look and a read on both sides; two records', async () => {
    rig.put('k', 'good');
    await rig.invoke({ keys: [{ key: 'k' }] });
    forget();
    await rig.invoke({ keys: [{ key: 'k', compare: 'bytes' }] });
    expect(counted()).toEqual({ HeadObject: 2, GetObject: 2, UpdateItem: 2 });
  });

  function forget(): void {
    rig.s3.requests.clear();
    dynamo.requests.length = 0;
  }
});
