import { describe, expect, it } from 'vitest';
import { converge } from '../../../functions/replicate/converge.ts';
import { objectKey } from '../../../shared/objects/object-key.ts';
import { FROM, OWNER, requestFor, restoreRig, runRestore, START } from '../../support/restore-rig.ts';
import type { RestoreRig } from '../../support/restore-rig.ts';
import { inProcessBucket, inProcessDestination } from '../../support/s3-simulator/in-process.ts';
import { putObject } from '../../support/s3-simulator/put-object.ts';
import { bucketNamed, changeBucket, createBucket, currentVersion } from '../../support/s3-simulator/store.ts';
import type { Encryption } from '../../support/s3-simulator/stored-object.ts';

const SOURCE = 'photos';
const KEYS = ['kept', 'spoilt', 'lost'];

/** A source whose objects were copied, and of which one was then spoilt and one lost. */
async function afterMishap(encryption: Encryption): Promise<RestoreRig> {
  const rig = restoreRig();
  createBucket(rig.store, { name: SOURCE, owner: OWNER, versioning: 'enabled' });
  changeBucket(rig.store, FROM, { encryption });
  rig.clock.now = START - 9 * 3_600_000;
  for (const key of KEYS) putObject(rig.store, { bucket: SOURCE, key, content: `good ${key}` });
  await replicate(rig);
  rig.clock.now = START - 3_600_000;
  putObject(rig.store, { bucket: SOURCE, key: 'spoilt', content: 'spoilt' });
  bucketNamed(rig.store, SOURCE).keys.delete('lost');
  await replicate(rig);
  rig.clock.now = START;
  return rig;
}

/** What the events of the source bring about. @returns the outcomes, by key. */
async function replicate(rig: RestoreRig): Promise<Readonly<Record<string, string>>> {
  const { store } = rig;
  const source = { name: SOURCE, owner: OWNER };
  const world = {
    source: inProcessBucket({ store, ...source }),
    destination: inProcessDestination({ store, name: FROM, owner: OWNER, source }),
    sleep: async () => undefined,
    now: () => rig.clock.now,
    random: () => 0.5,
  };
  const outcomes: Record<string, string> = {};
  for (const key of KEYS) {
    const now = currentVersion(bucketNamed(store, SOURCE), key);
    const hint = { key: objectKey(key), ...(now?.kind === 'object' && { sourceETag: now.etag }) };
    outcomes[key] = (await converge(hint, world)).outcome;
  }
  return outcomes;
}

function versions({ store }: RestoreRig, bucket: string) {
  return KEYS.map((key) => bucketNamed(store, bucket).keys.get(key)?.versions.length ?? 0);
}

describe.each<{ name: string; encryption: Encryption }>([
  { name: 'encrypted by S3', encryption: { type: 'AES256' } },
  // No ETag of the source can be that of a replica.
  { name: 'encrypted by KMS', encryption: { type: 'aws:kms', keyId: 'arn:key', bucketKey: true } },
])('a restore into the source, out of a destination $name', ({ encryption }) => {
  const request = requestFor({
    to: { bucket: SOURCE },
    at: new Date(START - 5 * 3_600_000).toISOString(),
    existing: 'replace',
    encryption: { as: 'sse-s3' },
  });

  it('writes what is not the same, and the destination gets each older state once, and nothing else', async () => {
    const rig = await afterMishap(encryption);
    const before = versions(rig, FROM);
    const { lines } = await runRestore(rig, request);
    expect(lines.map(({ key, outcome }) => [key, outcome])).toEqual([
      ['kept', 'same'],
      ['lost', 'restored'],
      ['spoilt', 'restored'],
    ]);
    expect(await replicate(rig)).toEqual({ kept: 'same', spoilt: 'copied', lost: 'same' });
    const [kept = 0, spoilt = 0, lost = 0] = before;
    expect(versions(rig, FROM)).toEqual([kept, spoilt + 1, lost]);
    expect(await replicate(rig)).toEqual({ kept: 'same', spoilt: 'same', lost: 'same' });
    expect(versions(rig, FROM)).toEqual([kept, spoilt + 1, lost]);
  });

  it('does nothing the second time', async () => {
    const rig = await afterMishap(encryption);
    await runRestore(rig, request);
    await replicate(rig);
    const before = [versions(rig, SOURCE), versions(rig, FROM)];
    rig.clock.now += 3_600_000;
    const { report } = await runRestore(rig, { ...request, token: 'again' });
    expect(report?.counts).toMatchObject({ restored: { keys: 0 }, same: 3 });
    await replicate(rig);
    expect([versions(rig, SOURCE), versions(rig, FROM)]).toEqual(before);
  });
});
