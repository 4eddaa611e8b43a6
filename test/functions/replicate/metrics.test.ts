import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ATTEMPT_METRICS } from '../../../shared/metrics.ts';
import { METRICS_NAMESPACE } from '../../../shared/names.ts';
import { embeddedMetrics } from '../../support/embedded-metrics.ts';
import { created, DESTINATION, startRig } from '../../support/replicate-rig.ts';
import type { Rig } from '../../support/replicate-rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await startRig();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rig.s3.close();
});

/** The values that an invocation with these messages emits, by the name of the metric. */
async function emitted(...bodies: readonly unknown[]): Promise<Readonly<Record<string, readonly number[]>>> {
  const metrics = embeddedMetrics((await rig.invoke(...bodies)).lines);
  for (const { namespace, name, unit, dimensions } of metrics) {
    expect(namespace).toBe(METRICS_NAMESPACE);
    expect(dimensions).toEqual({ destination: DESTINATION.name });
    expect(Object.entries(ATTEMPT_METRICS)).toContainEqual([name, unit]);
  }
  const names = [...new Set(metrics.map(({ name }) => name))];
  return Object.fromEntries(
    names.map((name) => [name, metrics.filter((metric) => metric.name === name).flatMap(({ values }) => values)]),
  );
}

describe('the metrics of the replicate function', () => {
  it('count what was copied, its bytes, and how far behind that is', async () => {
    const metrics = await emitted(created('k', rig.put('k', 'hello').etag));
    expect(metrics).toEqual({ Copied: [1], Bytes: [5], Lag: [expect.any(Number)] });
    expect(metrics['Lag']?.[0]).toBeLessThan(10_000);
  });

  it('count a duplicate and an object that is gone', async () => {
    const { etag } = rig.put('k', 'hello');
    await rig.invoke(created('k', etag));
    expect(await emitted(created('k', etag))).toMatchObject({ Same: [1], Bytes: [0] });
    expect(await emitted({ keys: [{ key: 'gone' }] })).toEqual({ Skipped: [1], Bytes: [0] });
  });

  it('measure the lag of an attempt that fails, too', async () => {
    rig.put('k', 'hello');
    rig.s3.faults.add({ match: { key: 'k' }, times: 'always', fault: '403 AccessDenied' });
    expect(await emitted(aged(created('k'), 3_600_000))).toEqual({
      Failed: [1],
      Bytes: [0],
      Lag: [expect.toSatisfy((lag: number) => lag >= 3_600_000 && lag < 3_660_000)],
    });
  });

  it('count what cannot be copied', async () => {
    rig.put('k', 'hello', { storageClass: 'GLACIER' });
    expect(await emitted(created('k'))).toMatchObject({ Cannot: [1] });
  });

  it('count a message that nobody understands', async () => {
    expect(await emitted('no JSON')).toEqual({ NotUnderstood: [1] });
  });

  it('count a ledger that does not answer', async () => {
    vi.stubEnv('LEDGER_TABLE', 'photos-eu-ledger');
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', 'http://127.0.0.1:1');
    expect(await emitted(created('k', rig.put('k', 'hello').etag))).toEqual({
      Copied: [1],
      LedgerFailed: [1],
      Bytes: [5],
      Lag: [expect.any(Number)],
    });
  });

  it('count what the queues refuse', async () => {
    vi.stubEnv('INBOX_URL', 'http://127.0.0.1:1/inbox');
    vi.stubEnv('FAILED_QUEUE_URL', 'http://127.0.0.1:1/failed');
    vi.stubEnv('AWS_ENDPOINT_URL_SQS', 'http://127.0.0.1:1');
    expect(await emitted('no JSON')).toEqual({ NotUnderstood: [1], InboxRefused: [1] });
  });

  it.each([
    { operation: 'CopyObject', times: 2, counted: [1, 1] },
    // The SDK asks three times before it tells of it.
    { operation: 'HeadObject', times: 4, counted: [1] },
  ] as const)('count SlowDown as the answer to a $operation', async ({ operation, times, counted }) => {
    rig.s3.faults.add({ match: { operation }, times, fault: '503 SlowDown' });
    const metrics = await emitted(created('k', rig.put('k', 'hello').etag));
    expect(metrics).toMatchObject({ Copied: [1], Throttled: counted });
  });

  it('are as many values as there are keys, in lines that CloudWatch takes', async () => {
    const keys = Array.from({ length: 250 }, (_, n) => `k${n}`);
    const bodies = keys.map((key) => created(key, rig.put(key, 'hello').etag));
    const metrics = await emitted(...bodies);
    expect(metrics['Copied']).toHaveLength(250);
    expect(metrics['Lag']).toHaveLength(250);
    expect(metrics['Bytes']).toHaveLength(250);
  });
});

/** The event as if it had been so many milliseconds on its way. */
function aged(event: object, milliseconds: number): unknown {
  return JSON.parse(JSON.stringify(event), (key, value: unknown) =>
    key === 'eventTime' ? new Date(Date.now() - milliseconds).toISOString() : value,
  );
}
