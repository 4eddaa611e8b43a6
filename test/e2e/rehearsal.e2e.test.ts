import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { beforeAll, expect, it } from 'vitest';
import type { Result } from '../../functions/restore/rehearsal/result.ts';
import { cleanEnvironment } from '../../local/clean-environment.ts';
import { deployReplication, deployRestores, prepare } from '../../local/deploy.ts';
import { listBucket } from '../../local/listing.ts';
import { projectFolder } from '../../local/project-folder.ts';
import { restoreName } from '../../shared/names.ts';
import { deploymentOf, emulator } from './emulator.ts';
import { putInParts } from './put-in-parts.ts';
import * as config from './rehearsal.config.ts';
import { access } from './system.ts';

const source = access(config.source);
const destination = access(config.destination);

beforeAll(async () => {
  const deployment = await deploymentOf('test/e2e/rehearsal.config.ts');
  await prepare(deployment);
  await deployReplication(deployment);
  await deployRestores(deployment);
});

it('has something to rehearse', async () => {
  for (let number = 0; number < 30; number++)
    await source.s3.send(
      new PutObjectCommand({
        Bucket: source.bucket,
        Key: `folder/ä+${number}`,
        Body: `content ${number}`.repeat(number),
        ContentType: 'text/x-rehearsed',
        Metadata: { number: String(number) },
        Tagging: `number=${number}`,
      }),
    );
  await putInParts({ Key: 'parts' }, [Buffer.alloc(5 * 1024 ** 2, 'p'), Buffer.from('end')], source);
  await expect.poll(async () => (await listBucket(destination)).size).toBe(31);
});

it('restores some objects and finds them equal to the source', async () => {
  const { code, results } = await rehearse('--from', config.destination.bucket, '--token', 'e2e-good');
  expect(results).toMatchObject([
    {
      token: 'e2e-good',
      destination: config.destination.bucket,
      succeeded: true,
      listed: { objects: 31, leftOut: { archived: 0, 'too large': 0 } },
      examples: [],
    },
  ]);
  expect(code).toBe(0);
  const [result] = results;
  // Five by lot, beside the ten largest and the ten oldest.
  expect(result?.chosen).toBeGreaterThanOrEqual(20);
  expect(result?.objects).toBe(result?.chosen);
  expect(result?.comparedWith).toEqual({ source: result?.chosen, record: 0, replica: 0 });
  expect(result?.bytes).toBeGreaterThan(5 * 1024 ** 2);
});

it('fails where somebody has overwritten a replica, and says which key; status tells it', async () => {
  const Key = 'folder/ä+29';
  await destination.s3.send(new PutObjectCommand({ Bucket: destination.bucket, Key, Body: 'x'.repeat(6 * 1024 ** 2) }));
  const { code, results } = await rehearse();
  expect(code).toBe(1);
  expect(results).toMatchObject([
    { succeeded: false, examples: [{ key: Key, reason: 'its bytes differ from those of the source' }] },
  ]);
  const { stdout } = await command('status', '--json');
  expect(JSON.parse(stdout)).toMatchObject({
    state: 'wrong',
    source: { rehearsals: { [config.destination.bucket]: { succeeded: false } } },
  });
});

it('is started of every destination by the schedule’s call, once', async () => {
  const { endpoint, account } = emulator;
  const address = {
    region: config.source.region,
    endpoint,
    credentials: { accessKeyId: account, secretAccessKey: 'test' },
  };
  const [lambda, sfn] = [new LambdaClient(address), new SFNClient(address)];
  const FunctionName = restoreName(source.bucket);
  for (const step of ['start rehearsals', 'start rehearsals', 'tell ages']) {
    const answer = await lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify({ step }) }));
    expect({ error: answer.FunctionError, payload: answer.Payload?.transformToString() }).toMatchObject({
      error: undefined,
    });
  }
  const stateMachineArn = `arn:aws:states:${config.source.region}:${account}:stateMachine:${FunctionName}`;
  const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn }));
  expect(executions.filter(({ name = '' }) => name.startsWith('restore-rehearsal-'))).toHaveLength(1);
});

async function rehearse(
  ...options: readonly string[]
): Promise<{ readonly code: number; readonly results: readonly Result[] }> {
  const { code, stdout, stderr } = await command('restore', '--rehearse', ...options, '--json');
  if (stdout === '') throw new Error(stderr);
  return { code, results: JSON.parse(stdout) };
}

async function command(
  name: string,
  ...options: readonly string[]
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const args = ['cli/main.ts', name, '--config', 'test/e2e/rehearsal.config.ts', ...options];
  const env = cleanEnvironment(emulator.environment);
  return promisify(execFile)('node', args, { cwd: projectFolder, env, maxBuffer: 10_000_000 }).then(
    (done) => ({ ...done, code: 0 }),
    // An exit code other than 0 comes as an error, with what was printed.
    (error: { readonly code: number; readonly stdout: string; readonly stderr: string }) => error,
  );
}
