import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { created, DESTINATION, SOURCE, startRig } from '../../support/replicate-rig.ts';
import type { Rig } from '../../support/replicate-rig.ts';
import { changeObject } from '../../support/s3-simulator/change-object.ts';
import { bytesOf } from '../../support/s3-simulator/content.ts';
import { deleteObject } from '../../support/s3-simulator/delete-object.ts';
import { putObject } from '../../support/s3-simulator/put-object.ts';
import { bucketNamed, changeBucket, currentVersion } from '../../support/s3-simulator/store.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await startRig();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rig.s3.close();
});

const md5 = (text: string) => createHash('md5').update(text).digest('hex');

function replica(key: string) {
  const version = currentVersion(bucketNamed(rig.store, DESTINATION.name), key);
  return version?.kind === 'object' ? version : undefined;
}

function contentOfReplica(key: string): string | undefined {
  const found = replica(key);
  return found && bytesOf(found.content).toString();
}

const operations = () => rig.s3.requests.all.map(({ operation }) => operation);

describe('the replicate function', () => {
  it('copies a new object by two requests', async () => {
    const { etag } = rig.put('a b+c.txt', 'hello', {
      headers: { 'content-type': 'text/plain' },
      metadata: { camera: 'x100' },
    });
    const { failed, lines } = await rig.invoke(created('a b+c.txt', etag));
    expect(failed).toEqual([]);
    expect(contentOfReplica('a b+c.txt')).toBe('hello');
    expect(replica('a b+c.txt')).toMatchObject({
      etag,
      metadata: { camera: 'x100' },
      headers: { 'content-type': 'text/plain' },
    });
    expect(operations()).toEqual(['CopyObject', 'HeadObject']);
    expect(lines).toContainEqual(
      expect.objectContaining({
        key: 'a b+c.txt',
        destination: 'photos-eu',
        outcome: 'copied',
        reason: 'absent',
        bytes: 5,
      }),
    );
  });

  it('names both conditions and both owners on the wire', async () => {
    const { etag } = rig.put('k', 'one');
    await rig.invoke(created('k', etag));
    const { etag: next } = rig.put('k', 'two');
    await rig.invoke(created('k', next));
    const [first, , overwrite] = rig.s3.requests.only({ operation: 'CopyObject' });
    expect(first?.headers).toMatchObject({
      'x-amz-copy-source': 'photos/k',
      'x-amz-copy-source-if-match': `"${etag}"`,
      'if-none-match': '*',
      'x-amz-expected-bucket-owner': DESTINATION.owner,
      'x-amz-source-expected-bucket-owner': SOURCE.owner,
    });
    expect(overwrite?.headers).toMatchObject({ 'x-amz-copy-source-if-match': `"${next}"`, 'if-match': `"${etag}"` });
    expect(overwrite?.headers).not.toHaveProperty('if-none-match');
    for (const { headers } of rig.s3.requests.all) expect(headers).toHaveProperty('x-amz-expected-bucket-owner');
  });

  it('writes nothing for a duplicate, and asks at most three times', async () => {
    const { etag } = rig.put('k', 'one');
    await rig.invoke(created('k', etag));
    rig.s3.requests.clear();
    const { lines } = await rig.invoke(created('k', etag));
    expect(lines).toContainEqual(expect.objectContaining({ key: 'k', outcome: 'same' }));
    expect(rig.s3.requests.count()).toBeLessThanOrEqual(3);
    expect(bucketNamed(rig.store, DESTINATION.name).keys.get('k')?.versions).toHaveLength(1);
  });

  it('copies an overwrite by at most five requests', async () => {
    await rig.invoke(created('k', rig.put('k', 'one').etag));
    const { etag } = rig.put('k', 'two');
    rig.s3.requests.clear();
    await rig.invoke(created('k', etag));
    expect(contentOfReplica('k')).toBe('two');
    expect(rig.s3.requests.count()).toBeLessThanOrEqual(5);
  });

  it('copies what the source is now, not what a late event says it was', async () => {
    const { etag: old } = rig.put('k', 'old');
    rig.put('k', 'new');
    await rig.invoke(created('k', old));
    expect(contentOfReplica('k')).toBe('new');
  });

  it('copies without a guess', async () => {
    rig.put('k', 'one');
    const { failed } = await rig.invoke({ keys: [{ key: 'k' }] });
    expect(failed).toEqual([]);
    expect(contentOfReplica('k')).toBe('one');
  });

  it('settles a removed object, and leaves its replica', async () => {
    await rig.invoke(created('k', rig.put('k', 'one').etag));
    deleteObject(rig.store, { bucket: SOURCE.name, key: 'k' });
    const { failed, lines } = await rig.invoke(created('k'));
    expect(failed).toEqual([]);
    expect(lines).toContainEqual(expect.objectContaining({ key: 'k', outcome: 'skipped', reason: 'source is gone' }));
    expect(contentOfReplica('k')).toBe('one');
  });

  it('does not take a missing source bucket for a removed object', async () => {
    rig.store.buckets.delete(SOURCE.name);
    const { failed, lines } = await rig.invoke(created('k'));
    expect(failed).toEqual(['m0']);
    expect(lines).toContainEqual(
      expect.objectContaining({
        outcome: 'failed',
        reason: expect.stringContaining('Cannot look at the bucket "photos"'),
      }),
    );
  });

  it('brings metadata up to date that was rewritten in place', async () => {
    const headers = { 'content-type': 'text/plain' };
    await rig.invoke(created('k', rig.put('k', 'same', { headers }).etag));
    const { etag } = rig.put('k', 'same', { headers: { 'content-type': 'text/html' } });
    const { lines } = await rig.invoke(created('k', etag));
    expect(lines).toContainEqual(expect.objectContaining({ outcome: 'copied', reason: 'description differs' }));
    expect(replica('k')?.headers['content-type']).toBe('text/html');
  });

  it('carries a website redirect, which a plain copy does not', async () => {
    const { etag } = rig.put('k', 'moved', { websiteRedirect: '/elsewhere' });
    await rig.invoke(created('k', etag));
    expect(replica('k')?.websiteRedirect).toBe('/elsewhere');
    rig.s3.requests.clear();
    await rig.invoke(created('k', etag));
    expect(rig.s3.requests.only({ operation: 'CopyObject' }).filter(({ status }) => status === 200)).toEqual([]);
  });

  it('copies over a delete marker at the destination', async () => {
    const { etag } = rig.put('k', 'one');
    await rig.invoke(created('k', etag));
    deleteObject(rig.store, { bucket: DESTINATION.name, key: 'k' });
    await rig.invoke({ keys: [{ key: 'k' }] });
    expect(contentOfReplica('k')).toBe('one');
  });

  it('says that an archived object cannot be copied, and does not retry it', async () => {
    const { etag } = rig.put('k', 'cold', { storageClass: 'DEEP_ARCHIVE' });
    const { failed, lines } = await rig.invoke(created('k', etag));
    expect(failed).toEqual([]);
    expect(lines).toContainEqual(expect.objectContaining({ outcome: 'cannot', reason: 'archived' }));
    changeObject(rig.store, { bucket: SOURCE.name, key: 'k' }, { restore: 'restored' });
    await rig.invoke(created('k', etag));
    expect(contentOfReplica('k')).toBe('cold');
  });

  it('says that an object with a key of the customer cannot be copied, and does not retry it', async () => {
    const { etag } = rig.put('k', 'secret', { encryption: { type: 'SSE-C' } });
    const { failed, lines } = await rig.invoke(created('k', etag));
    expect(failed).toEqual([]);
    expect(lines).toContainEqual(expect.objectContaining({ outcome: 'cannot', reason: 'SSE-C' }));
  });

  it('fails, and comes back, where somebody has put an object with a key of the customer in place of the replica', async () => {
    const { etag } = rig.put('k', 'ours');
    const attributes = { encryption: { type: 'SSE-C' } } as const;
    putObject(rig.store, { bucket: DESTINATION.name, key: 'k', content: 'by hand', attributes });
    const { failed, lines } = await rig.invoke(created('k', etag));
    expect(failed).toEqual(['m0']);
    expect(lines).toContainEqual(
      expect.objectContaining({ outcome: 'failed', reason: expect.stringContaining('photos-eu') }),
    );
  });

  it('does not take another bad request for a key of the customer', async () => {
    rig.put('k', 'one');
    rig.s3.faults.add({ match: { operation: 'HeadObject' }, times: 'always', fault: '400 BadRequest' });
    const { failed, lines } = await rig.invoke({ keys: [{ key: 'k' }] });
    expect(failed).toEqual(['m0']);
    expect(lines).toContainEqual(expect.objectContaining({ outcome: 'failed' }));
  });

  it.each([['the destination'], ['the source']])(
    'writes nothing for a duplicate where %s encrypts with KMS',
    async (where) => {
      const encryption = { type: 'aws:kms', keyId: 'arn:key', bucketKey: true } as const;
      changeBucket(rig.store, where === 'the source' ? SOURCE.name : DESTINATION.name, { encryption });
      const { etag } = rig.put('k', 'one');
      await rig.invoke(created('k', etag));
      expect(replica('k')?.etag).not.toBe(etag);
      const { lines } = await rig.invoke(created('k', etag), { keys: [{ key: 'k' }] });
      expect(lines).toContainEqual(expect.objectContaining({ outcome: 'same' }));
      expect(bucketNamed(rig.store, DESTINATION.name).keys.get('k')?.versions).toHaveLength(1);
    },
  );

  it('gives replicas the storage class and encryption of the destination', async () => {
    vi.stubEnv('STORAGE_CLASS', 'STANDARD_IA');
    vi.stubEnv('ENCRYPTION', 'aws:kms');
    vi.stubEnv('KMS_KEY_ARN', 'arn:aws:kms:eu-west-1:111122223333:key/1234');
    await rig.invoke(created('k', rig.put('k', 'one').etag));
    expect(rig.s3.requests.only({ operation: 'CopyObject' })[0]?.headers).toMatchObject({
      'x-amz-storage-class': 'STANDARD_IA',
      'x-amz-server-side-encryption': 'aws:kms',
      'x-amz-server-side-encryption-aws-kms-key-id': 'arn:aws:kms:eu-west-1:111122223333:key/1234',
      'x-amz-server-side-encryption-bucket-key-enabled': 'true',
    });
  });

  it('works on a key once, however often a batch names it', async () => {
    const { etag } = rig.put('k', 'one');
    const { failed } = await rig.invoke(created('k', md5('older')), created('k', etag), created('k', etag), {
      keys: [{ key: 'k' }],
    });
    expect(failed).toEqual([]);
    expect(rig.s3.requests.only({ operation: 'CopyObject' }).filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('reports a failed message alone', async () => {
    const { etag } = rig.put('good', 'fine');
    rig.put('bad', 'refused');
    rig.s3.faults.add({ match: { key: 'bad' }, times: 'always', fault: '403 AccessDenied' });
    const { failed, lines } = await rig.invoke('no JSON', created('good', etag), created('bad', md5('refused')), {
      Event: 's3:TestEvent',
      Service: 'Amazon S3',
    });
    expect(failed).toEqual(['m0', 'm2']);
    expect(contentOfReplica('good')).toBe('fine');
    expect(lines).toContainEqual(
      expect.objectContaining({
        key: 'bad',
        outcome: 'failed',
        reason: expect.stringMatching(/403: S3 denies access and gives no reason/),
      }),
    );
  });

  it('refuses a bucket that changed hands', async () => {
    rig.put('k', 'one');
    vi.stubEnv('DESTINATION_ACCOUNT', '999999999999');
    const { failed } = await rig.invoke(created('k', md5('one')));
    expect(failed).toEqual(['m0']);
    expect(replica('k')).toBeUndefined();
  });

  it('understands an SNS event, and throws where a key failed', async () => {
    rig.put('k', 'one');
    const sns = (body: unknown) => ({
      Records: [{ EventSource: 'aws:sns', Sns: { MessageId: 'm', Message: JSON.stringify(body) } }],
    });
    await expect(rig.invokeWith(sns(created('k')))).resolves.toEqual({ batchItemFailures: [] });
    expect(contentOfReplica('k')).toBe('one');
    await expect(rig.invokeWith(sns({ hello: 'world' }))).rejects.toThrow(/Cannot settle every key of m/);
  });

  it.each([
    [undefined],
    [null],
    [{}],
    [{ Records: [] }],
    [{ Records: [{ eventSource: 'aws:s3' }] }],
    [{ go: 'on' }],
    ['text'],
  ])('throws on the input %j', async (event) => {
    await expect(rig.invokeWith(event)).rejects.toThrow(/neither a batch of SQS messages nor an SNS notification/);
  });

  it.each(['SOURCE_BUCKET', 'SOURCE_ACCOUNT', 'SOURCE_REGION', 'DESTINATION_ACCOUNT', 'AWS_LAMBDA_FUNCTION_NAME'])(
    'throws without %s, and names it',
    async (name) => {
      vi.stubEnv(name, '');
      await expect(rig.invoke(created('k'))).rejects.toThrow(name);
    },
  );

  it('finds a bucket with dots behind its name', async () => {
    await rig.s3.close();
    rig = await startRig({ destination: { name: 'photos.eu.example' } });
    vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'photos_eu_example');
    rig.put('k', 'one');
    await rig.invoke(created('k'));
    expect(currentVersion(bucketNamed(rig.store, 'photos.eu.example'), 'k')).toMatchObject({ kind: 'object' });
  });
});

describe('when S3 does not answer well', () => {
  it.each(['503 SlowDown', '200 SlowDown', '409 ConditionalRequestConflict', '429 TooManyRequests'] as const)(
    'a copy answered %s is tried again in the same invocation',
    async (fault) => {
      rig.s3.faults.add({ match: { operation: 'CopyObject' }, times: 2, fault });
      const { failed, lines } = await rig.invoke(created('k', rig.put('k', 'one').etag));
      expect(failed).toEqual([]);
      expect(contentOfReplica('k')).toBe('one');
      expect(lines).toContainEqual(expect.objectContaining({ outcome: 'copied', unclear: false }));
    },
  );

  it.each(['500 InternalError', '200 InternalError', '502 BadGateway', '504 GatewayTimeout', 'reset'] as const)(
    'a copy answered %s is tried again, and its message comes back once more',
    async (fault) => {
      rig.s3.faults.add({ match: { operation: 'CopyObject' }, fault });
      const { failed, lines } = await rig.invoke(created('k', rig.put('k', 'one').etag));
      expect(contentOfReplica('k')).toBe('one');
      expect(failed).toEqual(['m0']);
      expect(lines).toContainEqual(expect.objectContaining({ outcome: 'copied', unclear: true }));
    },
  );

  it.each(['500 InternalError', 'reset'] as const)(
    'a copy that was made but answered %s is not made again',
    async (fault) => {
      rig.s3.faults.add({ match: { operation: 'CopyObject' }, fault, when: 'after commit' });
      const { failed, lines } = await rig.invoke(created('k', rig.put('k', 'one').etag));
      expect(failed).toEqual(['m0']);
      expect(lines).toContainEqual(expect.objectContaining({ outcome: 'same', unclear: true }));
      expect(bucketNamed(rig.store, DESTINATION.name).keys.get('k')?.versions).toHaveLength(1);
    },
  );

  it('sends a copy once: the SDK does not repeat it by itself', async () => {
    const { etag } = rig.put('k', 'one');
    rig.s3.faults.add({ match: { operation: 'CopyObject' }, times: 'always', fault: '500 InternalError' });
    rig.s3.faults.add({ match: { operation: 'HeadObject' }, times: 'always', fault: '403 AccessDenied' });
    await rig.invoke(created('k', etag));
    expect(rig.s3.requests.count({ operation: 'CopyObject' })).toBe(1);
  });

  it('repeats a look that fails', async () => {
    rig.s3.faults.add({ match: { operation: 'HeadObject' }, times: 2, fault: '500 InternalError' });
    const { failed } = await rig.invoke(created('k', rig.put('k', 'one').etag));
    expect(failed).toEqual([]);
  });

  it.each(['HeadObject', 'CopyObject'] as const)(
    'an invocation whose %s hangs ends in time, and keeps that message alone',
    async (operation) => {
      rig.put('good', 'fine');
      rig.put('stuck', 'one');
      rig.s3.faults.add({ match: { operation, key: 'stuck' }, times: 'always', fault: 'hang' });
      const record = (key: string) => ({
        messageId: key,
        eventSource: 'aws:sqs',
        body: JSON.stringify({ keys: [{ key }] }),
      });
      const event = { Records: [record('stuck'), record('good')] };
      // A time limit that is no multiple of ten, of which the reserve is a tenth.
      expect(await rig.invokeWith(event, 997)).toEqual({ batchItemFailures: [{ itemIdentifier: 'stuck' }] });
      expect(contentOfReplica('good')).toBe('fine');
    },
  );

  it('a destination in another Region than configured fails at once, and says so', async () => {
    rig.put('k', 'one');
    const elsewhere = createServer((_, response) =>
      response.writeHead(301, { 'x-amz-bucket-region': 'us-west-2' }).end(),
    );
    elsewhere.listen(0, '127.0.0.1');
    await once(elsewhere, 'listening');
    onTestFinished(() => void elsewhere.close());
    const address = elsewhere.address();
    vi.stubEnv('AWS_ENDPOINT_URL_S3', `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
    const { failed, lines } = await rig.invoke(created('k', md5('one')));
    expect(failed).toEqual(['m0']);
    expect(lines).toContainEqual(
      expect.objectContaining({
        unclear: false,
        reason: expect.stringContaining('301: the bucket is in another Region'),
      }),
    );
  });

  it('asks a service in trouble less and less often', async () => {
    const { etag } = rig.put('k', 'one');
    rig.s3.faults.add({ match: { operation: 'CopyObject' }, times: 'always', fault: '500 InternalError' });
    const random = vi.spyOn(Math, 'random').mockReturnValue(0.01);
    onTestFinished(() => random.mockRestore());
    const began = performance.now();
    expect((await rig.invoke(created('k', etag))).failed).toEqual(['m0']);
    // Nine waits, of 1 % of 0.1, 0.2, 0.4 … 10 s.
    expect(performance.now() - began).toBeGreaterThan(300);
  });

  it('a record without a body does not fail its batch', async () => {
    rig.put('k', 'one');
    const records = [{ messageId: 'odd' }, { messageId: 'good', body: '{"keys":[{"key":"k"}]}' }];
    const event = { Records: records.map((record) => ({ ...record, eventSource: 'aws:sqs' })) };
    expect(await rig.invokeWith(event)).toEqual({ batchItemFailures: [{ itemIdentifier: 'odd' }] });
    expect(contentOfReplica('k')).toBe('one');
  });

  it('gives up on a key that never settles, and keeps its message', async () => {
    const { etag } = rig.put('k', 'one');
    rig.s3.faults.add({ match: { operation: 'CopyObject' }, times: 'always', fault: '412 PreconditionFailed' });
    const { failed, lines } = await rig.invoke(created('k', etag));
    expect(failed).toEqual(['m0']);
    expect(lines).toContainEqual(
      expect.objectContaining({ outcome: 'failed', reason: expect.stringContaining('no copy held') }),
    );
  });
});
