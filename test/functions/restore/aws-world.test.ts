import {
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-dynamodb';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { awsWorld } from '../../../functions/restore/aws-world.ts';
import { handler } from '../../../functions/restore/handler.ts';
import type { Request } from '../../../functions/restore/request.ts';
import { contentsOf, FROM, MARKED, OWNER, requestFor, runRestore, TO } from '../../support/restore-rig.ts';
import { LOOK_AT_BUCKET } from '../../../shared/runs/restore-actions.ts';
import { putInParts } from '../../support/put-in-parts.ts';
import type { FaultKind } from '../../support/s3-simulator/faults.ts';
import { startSimulator, type Simulator } from '../../support/s3-simulator/http-server.ts';
import { putObject } from '../../support/s3-simulator/put-object.ts';
import { changeBucket, createBucket, createStore, type Store } from '../../support/s3-simulator/store.ts';
import type { Context } from 'aws-lambda';

// The log is made when the module is loaded.
vi.hoisted(() => void (process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT'));

const [sts, dynamo, sns] = [mockClient(STSClient), mockClient(DynamoDBClient), mockClient(SNSClient)];
const context: Pick<Context, 'getRemainingTimeInMillis' | 'invokedFunctionArn'> = {
  getRemainingTimeInMillis: () => 900_000,
  invokedFunctionArn: `arn:aws:lambda:us-east-1:${OWNER}:function:photos-restore`,
};

let store: Store;
let s3: Simulator;
/** When what is there was put; then nothing. */
let past: number | undefined;

beforeEach(async () => {
  for (const mock of [sts, dynamo, sns]) mock.reset();
  sts.on(AssumeRoleCommand).resolves({
    Credentials: { AccessKeyId: 'a', SecretAccessKey: 'b', SessionToken: 'c', Expiration: new Date('2100-01-01') },
  });
  dynamo.on(GetItemCommand).resolves({});
  dynamo.on(QueryCommand).resolves({ Items: [] });
  sns.on(PublishCommand).resolves({});
  dynamo.on(DescribeTableCommand).rejects(new ResourceNotFoundException({ message: 'none', $metadata: {} }));
  past = Date.now() - 60_000;
  store = createStore({ account: OWNER, now: () => past ?? Date.now() });
  createBucket(store, { name: FROM, region: 'eu-west-1', versioning: 'enabled' });
  createBucket(store, { name: TO, versioning: 'enabled', ...MARKED });
  createBucket(store, { name: 'reports' });
  s3 = await startSimulator(store);
  const environment = {
    AWS_ENDPOINT_URL_S3: s3.endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    SOURCE_BUCKET: 'photos',
    SOURCE_ACCOUNT: OWNER,
    REPORTS_BUCKET: 'reports',
    REPORTS_TOPIC_ARN: `arn:aws:sns:us-east-1:${OWNER}:reports`,
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
});

afterEach(async () => {
  await s3.close();
  vi.unstubAllEnvs();
});

async function run(request: Request) {
  past = undefined;
  const clock = { now: Date.now() };
  return runRestore(
    { clock, world: () => awsWorld(process.env, context), files: awsWorld(process.env, context).files },
    request,
  );
}

describe('through the SDK', () => {
  it('all comes back, each run in a session of its own that knows one destination and one target', async () => {
    putObject(store, { bucket: FROM, key: 'a/ä b+c', content: 'x', attributes: { tags: [{ key: 'k', value: 'v' }] } });
    putInParts(store, { bucket: FROM, key: 'parts', sizes: [6 * 1024 ** 2, 7] });
    const { status, lines } = await run(requestFor());
    expect(status).toBe('COMPLETED');
    expect(lines.map(({ key }) => key)).toEqual(['a/ä b+c', 'parts']);
    expect(contentsOf({ store }, TO)).toEqual(contentsOf({ store }, FROM));
    const roles = sts.commandCalls(AssumeRoleCommand).map(({ args }) => args[0].input);
    for (const { RoleArn, Policy = '' } of roles) {
      expect(RoleArn).toBe(`arn:aws:iam::${OWNER}:role/fanout-restorer-${FROM}`);
      const buckets = [...Policy.matchAll(/arn:aws:s3:::([a-z-]+)/g)].map(([, bucket]) => bucket);
      expect(buckets.filter((bucket) => bucket !== FROM && bucket !== TO)).toEqual([]);
      expect(Policy).not.toMatch(/Delete|"s3:\*"/);
    }
    expect(sns.commandCalls(PublishCommand)).toHaveLength(1);
  });

  it.each<FaultKind>([
    '503 SlowDown',
    '500 InternalError',
    'reset',
    '200 InternalError',
    '200 SlowDown',
    '409 ConditionalRequestConflict',
    '412 PreconditionFailed',
  ])('a copy that meets %s is made all the same', async (fault) => {
    for (const when of ['before commit', 'after commit'] as const) {
      const key = when.replace(' ', '-');
      putObject(store, { bucket: FROM, key, content: key });
      s3.faults.add({
        match: { operation: 'CopyObject', key },
        times: 2,
        fault,
        when: fault.startsWith('4') ? 'before commit' : when,
      });
    }
    const { status, report } = await run(requestFor());
    expect(status).toBe('COMPLETED');
    expect(report?.counts.restored.keys).toBe(2);
    expect(contentsOf({ store }, TO)).toEqual(contentsOf({ store }, FROM));
  });

  it('what S3 refuses is told, and the rest comes back', async () => {
    for (const key of ['a', 'b']) putObject(store, { bucket: FROM, key, content: key });
    s3.faults.add({ match: { operation: 'CopyObject', key: 'a' }, times: 'always', fault: '403 AccessDenied' });
    const { lines, status } = await run(requestFor());
    expect(status).toBe('PARTIAL');
    expect(lines).toMatchObject([
      { key: 'a', outcome: 'failed', reason: expect.stringContaining('AccessDenied') },
      { key: 'b', outcome: 'restored' },
    ]);
  });

  it('a moment is refused where versioning is suspended, by a look that can do nothing else', async () => {
    changeBucket(store, FROM, { versioning: 'suspended' });
    putObject(store, { bucket: FROM, key: 'k', content: 'x' });
    const { because } = await run(requestFor({ at: new Date(Date.now() - 1000).toISOString() }));
    expect(because).toMatch(/keeps no versions/);
    const [{ args } = { args: [] }] = sts.commandCalls(AssumeRoleCommand);
    expect(JSON.parse(args[0]?.input.Policy ?? '')).toMatchObject({
      Statement: [{ Action: LOOK_AT_BUCKET, Resource: `arn:aws:s3:::${FROM}` }],
    });
  });

  it('a destination is known by its two tables, and where DynamoDB does not tell nothing is begun', async () => {
    putObject(store, { bucket: FROM, key: 'k', content: 'x' });
    const there = (TableName: string) => dynamo.on(DescribeTableCommand, { TableName }).resolves({});
    there(`${TO}-ledger`);
    expect(await run(requestFor({ token: 'one' }))).toMatchObject({ status: 'COMPLETED' });
    there(`${TO}-versions`);
    const { because } = await run(requestFor({ token: 'two' }));
    expect(because).toMatch(/is a destination/);
    dynamo.reset();
    dynamo.on(DescribeTableCommand).rejects(new Error('not authorized'));
    const untold = run(requestFor({ token: 'three' }));
    await expect(untold).rejects.toThrow(/Cannot look whether there is a table "photos-back-ledger": not authorized/);
  });

  it('a handler refuses what is no step', async () => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- of the context it uses no more
    await expect(handler({ step: 'dance' }, context as Context)).rejects.toThrow(/Expected \("begin"/);
  });
});
