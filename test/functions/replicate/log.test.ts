import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startDynamoSimulator, type DynamoSimulator } from '../../support/dynamo-simulator/http-server.ts';
import { embeddedMetrics } from '../../support/embedded-metrics.ts';
import type { Rig } from '../../support/replicate-rig.ts';
import { bucketNamed, currentVersion } from '../../support/s3-simulator/store.ts';

let rig: Rig;
let dynamo: DynamoSimulator;
let created: typeof import('../../support/replicate-rig.ts').created;

beforeEach(async () => {
  dynamo = await startDynamoSimulator();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await dynamo.close();
  await rig.s3.close();
});

/** The level is read when the function is loaded. */
async function startAt(level: string): Promise<void> {
  vi.resetModules();
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', level);
  const { startRig, ...support } = await import('../../support/replicate-rig.ts');
  created = support.created;
  rig = await startRig({ source: { versioning: 'enabled' } });
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', dynamo.endpoint);
  vi.stubEnv('LEDGER_TABLE', 'photos-eu-ledger');
}

const linesOf = (lines: readonly Readonly<Record<string, unknown>>[]) => lines.filter((line) => !('_aws' in line));

describe('the log', () => {
  it('has one line for each key, from which the event, the copy and the ledger are found', async () => {
    await startAt('INFO');
    const keys = ['a', 'b c', 'ä'];
    const { lines } = await rig.invoke(...keys.map((key) => created(key, rig.put(key, `of ${key}`).etag)));
    const told = linesOf(lines);
    expect(told).toHaveLength(3);
    for (const key of keys) {
      const [source, replica] = ['photos', 'photos-eu'].map((bucket) =>
        currentVersion(bucketNamed(rig.store, bucket), key),
      );
      const etag = source?.kind === 'object' ? source.etag : undefined;
      expect(told).toContainEqual(
        expect.objectContaining({
          level: 'INFO',
          service: 'replicate',
          function_request_id: 'request',
          key,
          destination: 'photos-eu',
          outcome: 'copied',
          reason: 'absent',
          sourceETag: etag,
          sourceVersion: source?.versionId,
          replicaVersion: replica?.versionId,
        }),
      );
      expect(dynamo.items.get(key)).toMatchObject({
        sourceETag: { S: etag },
        sourceVersion: { S: source?.versionId },
        replicaVersion: { S: replica?.versionId },
      });
    }
  });

  it('tells of failures only if nothing else is wanted, and its metrics are as ever', async () => {
    await startAt('ERROR');
    rig.put('archived', 'x', { storageClass: 'GLACIER' });
    rig.put('refused', 'x');
    rig.s3.faults.add({ match: { key: 'refused' }, times: 'always', fault: '403 AccessDenied' });
    const { lines } = await rig.invoke(created('k', rig.put('k', 'x').etag), created('archived'), created('refused'));
    expect(linesOf(lines)).toEqual([expect.objectContaining({ level: 'ERROR', key: 'refused', outcome: 'failed' })]);
    const names = new Set(embeddedMetrics(lines).map(({ name }) => name));
    for (const name of ['Copied', 'Cannot', 'Failed', 'Lag']) expect(names).toContain(name);
  });
});
