import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { GetExecutionHistoryCommand, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { longCopyName, subscriberName } from '../../shared/names.ts';
import { startPartAwareProxy, type PartAwareProxy } from './part-aware-proxy.ts';
import { access, source } from './system.ts';
import * as config from './two-destinations.config.ts';

const MIB = 1024 ** 2;
const SIZES = [5, 5, 5, 5, 1].map((size) => size * MIB);
const { bucket, region } = config.destinations[0] ?? { bucket: '', region: '' };
const destination = access({ bucket, region });
const { endpoint, account } = inject('emulator');
const options = { endpoint, region, credentials: { accessKeyId: account, secretAccessKey: 'test' } };
const lambda = new LambdaClient(options);
const sfn = new SFNClient(options);
const FunctionName = subscriberName(bucket);
let proxy: PartAwareProxy;
let before: Record<string, string> = {};

beforeAll(async () => {
  proxy = await startPartAwareProxy(endpoint);
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  before = Environment?.Variables ?? {};
  await setEnvironment({ ...before, PARTS_PER_INVOCATION: '2', AWS_ENDPOINT_URL_S3: proxy.endpoint });
});
afterAll(async () => {
  await setEnvironment(before);
  proxy.close();
});

async function setEnvironment(Variables: Record<string, string>): Promise<void> {
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
}

it('an object of more parts than an invocation copies arrives through several, each part copied once', async () => {
  const Key = 'long/a film of 5 parts.mov';
  const { ETag } = await putInParts(Key);
  await expect
    .poll(async () => executions(), { timeout: 60_000, interval: 500 })
    .toEqual([expect.objectContaining({ status: 'SUCCEEDED' })]);

  const at = { Bucket: bucket, Key };
  expect(await destination.s3.send(new HeadObjectCommand(at))).toMatchObject({ ETag, ContentType: 'video/quicktime' });
  const { Body } = await destination.s3.send(new GetObjectCommand(at));
  expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(bytes())).toBe(true);
  expect(proxy.partCopies.toSorted((one, other) => one - other)).toEqual([1, 2, 3, 4, 5]);
  const { Uploads = [] } = await destination.s3.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
  expect(Uploads).toEqual([]);

  const [execution] = await executions();
  const { events = [] } = await sfn.send(
    new GetExecutionHistoryCommand({ executionArn: execution?.executionArn, maxResults: 1000 }),
  );
  const entered = events.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []);
  // One invocation begins the upload, three copy two parts each, the last of which completes it, and one looks at the source once more.
  expect(entered.filter((name) => name === 'Copy')).toHaveLength(5);
  expect(entered.at(-1)).toBe('Done');
});

async function executions() {
  const stateMachineArn = before['LONG_COPY_STATE_MACHINE_ARN'];
  expect(stateMachineArn).toContain(longCopyName(bucket));
  const { executions: found = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn }));
  return found;
}

function bytes(): Buffer {
  return Buffer.concat(SIZES.map((size, index) => Buffer.alloc(size, `part ${index}`)));
}

async function putInParts(Key: string): Promise<{ readonly ETag?: string | undefined }> {
  const { s3, bucket: Bucket } = source;
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ContentType: 'video/quicktime' }));
  const Parts = [];
  for (const [index, size] of SIZES.entries()) {
    const PartNumber = index + 1;
    const Body = Buffer.alloc(size, `part ${index}`);
    const { ETag } = await s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
    Parts.push({ PartNumber, ETag });
  }
  return s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));
}
