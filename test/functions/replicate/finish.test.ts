import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type DynamoSimulator, startDynamoSimulator } from '../../support/dynamo-simulator/http-server.ts';
import { putInParts } from '../../support/put-in-parts.ts';
import { created, DESTINATION, type Rig, SOURCE, startRig } from '../../support/replicate-rig.ts';
import type { Step } from '../../support/s3-simulator/serve.ts';
import { bucketNamed } from '../../support/s3-simulator/store.ts';
import type { StoredObject } from '../../support/s3-simulator/stored-object.ts';

const MIB = 1024 ** 2;
const source = { bucket: SOURCE.name, key: 'k' };
const sizes = [5, 5, 1].map((size) => size * MIB);
const tags = Array.from({ length: 10 }, (_, n) => ({ key: `${n}${'ü'.repeat(100)}`, value: 'ß'.repeat(250) }));
const sfn = mockClient(SFNClient);
let dynamo: DynamoSimulator;
let rig: Rig;
let onStep: (step: Step) => void = () => undefined;
let original: StoredObject;

beforeAll(async () => {
  dynamo = await startDynamoSimulator();
});
afterAll(async () => {
  await dynamo.close();
});
beforeEach(async () => {
  onStep = () => undefined;
  rig = await startRig({
    destination: { encryption: { type: 'aws:kms', keyId: 'key', bucketKey: true } },
    onStep: (step) => onStep(step),
  });
  vi.spyOn(Math, 'random').mockReturnValue(0.001);
  vi.stubEnv('LONG_COPY_STATE_MACHINE_ARN', 'arn:aws:states:eu-west-1:111122223333:stateMachine:photos-eu-long-copy');
  vi.stubEnv('PARTS_PER_INVOCATION', '2');
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', dynamo.endpoint);
  vi.stubEnv('LEDGER_TABLE', 'photos-eu-ledger');
  dynamo.items.clear();
  sfn.on(StartExecutionCommand).resolves({});
  original = putInParts(rig.store, { ...source, sizes, attributes: { tags } });
});
afterEach(async () => {
  sfn.reset();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await rig.s3.close();
});

interface Answer {
  readonly status: string;
  readonly state: Readonly<Record<string, unknown>>;
}

async function resume(state: Answer['state']): Promise<Answer> {
  return JSON.parse(JSON.stringify(await rig.invokeWith({ resume: state })));
}

/** As the state machine has it just before the invocation that completes the upload. */
async function nearlyDone(): Promise<Answer['state']> {
  await rig.invoke(created('k', original.etag));
  const [call] = sfn.commandCalls(StartExecutionCommand);
  const begun = await resume(JSON.parse(call?.args[0].input.input ?? '{}').copy);
  return (await resume(begun.state)).state;
}

function item(): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(dynamo.items.get('k') ?? {}).map(([name, { S, N }]) => [name, S ?? N]));
}

const versions = () => bucketNamed(rig.store, DESTINATION.name).keys.get('k')?.versions ?? [];

describe('after the completion of a long copy', () => {
  it('the state says what came of it, and the ledger what that was made from', async () => {
    const { status, state } = await resume(await nearlyDone());
    const [replica] = versions();
    if (replica?.kind !== 'object') throw new Error('There is no replica');
    expect({ status, state }).toMatchObject({
      status: 'again',
      state: { completed: { etag: replica.etag, versionId: replica.versionId } },
    });
    expect(item()).toMatchObject({
      outcome: 'handed-over',
      replicaETag: replica.etag,
      replicaMadeFrom: original.etag,
    });
    expect(await resume(state)).toEqual({ status: 'done' });
    expect(versions()).toMatchObject([{ tags }]);
    expect(item()).toMatchObject({ outcome: 'copied', replicaETag: replica.etag });
  });

  it('the ledger has the date of the replica, where its days are counted: S3 counts from the beginning of the upload', async () => {
    vi.stubEnv('REPLICAS_MAY_EXPIRE', 'yes');
    const { state } = await resume(await nearlyDone());
    const [replica] = versions();
    expect(await resume(state)).toEqual({ status: 'done' });
    const modified = Math.floor((replica?.modified ?? 0) / 1000) * 1000;
    expect(item()).toMatchObject({ outcome: 'copied', replicaDate: new Date(modified).toISOString() });
  });

  it.each(['HeadObject', 'GetObjectTagging', 'PutObjectTagging'] as const)(
    'what is left goes on where %s is refused, and nothing is copied again',
    async (operation) => {
      const { state } = await resume(await nearlyDone());
      rig.s3.faults.add({ match: { operation }, times: 'always', fault: '403 AccessDenied' });
      for (let attempt = 0; attempt < 4; attempt++) {
        await expect(resume(state)).rejects.toThrow(/AccessDenied|access denied/);
        expect(item()).toMatchObject({ outcome: 'failed', trouble: 'failed' });
      }
      rig.s3.faults.clear();
      rig.s3.requests.clear();
      expect(await resume(state)).toEqual({ status: 'done' });
      expect(rig.s3.requests.count({ operation: 'UploadPartCopy' })).toBe(0);
      expect(versions()).toMatchObject([{ tags }]);
      expect(item()).not.toHaveProperty('trouble');
    },
  );

  it('tags whose answer is lost are set once more when they have landed or died', async () => {
    const { state } = await resume(await nearlyDone());
    rig.s3.faults.add({ match: { operation: 'PutObjectTagging' }, fault: 'reset' });
    const unclear = await resume(state);
    expect(unclear).toMatchObject({ status: 'unclear', state: { unclear: 1 } });
    expect(await resume(unclear.state)).toEqual({ status: 'done' });
    expect(versions()).toMatchObject([{ tags }]);
  });

  it('a function that is killed then has left the note: the replica is found equal, and not copied again', async () => {
    original = putInParts(rig.store, { ...source, sizes });
    const state = await nearlyDone();
    await resume(state);
    // The state machine never had its answer.
    expect(await resume(state)).toMatchObject({ status: 'look again' });
    const { lines } = await rig.invoke({ keys: [{ key: 'k' }] });
    expect(lines).toContainEqual(expect.objectContaining({ outcome: 'same' }));
    expect(versions()).toHaveLength(1);
  });

  it('a source that has changed is left to the inbox', async () => {
    const { state } = await resume(await nearlyDone());
    onStep = ({ at, request }) => {
      if (at === 'committed' && request.operation === 'PutObjectTagging') rig.put('k', 'new');
    };
    expect(await resume(state)).toMatchObject({ status: 'look again' });
  });

  it('a replica that is gone is left to the inbox', async () => {
    const { state } = await resume(await nearlyDone());
    bucketNamed(rig.store, DESTINATION.name).keys.clear();
    expect(await resume(state)).toMatchObject({ status: 'look again' });
  });
});

describe('a long copy that is given up', () => {
  const giveUp = async (state: Answer['state']) =>
    expect(await rig.invokeWith({ giveUp: state, reason: 'AccessDenied' })).toEqual({ status: 'given up' });

  it('is in the ledger as failed, with the reason', async () => {
    await giveUp(await nearlyDone());
    expect(item()).toMatchObject({
      outcome: 'failed',
      trouble: 'failed',
      reason: 'AccessDenied',
      size: String(11 * MIB),
    });
  });

  it('also if the source cannot be looked at', async () => {
    const state = await nearlyDone();
    rig.s3.faults.add({ match: { operation: 'HeadObject' }, times: 'always', fault: '403 AccessDenied' });
    await giveUp(state);
    expect(item()).toMatchObject({ trouble: 'failed', reason: 'AccessDenied' });
  });

  it('is not, if the source is another one by now, of which it says nothing', async () => {
    const state = await nearlyDone();
    await rig.invoke(created('k', rig.put('k', 'new').etag));
    await giveUp(state);
    expect(item()).toMatchObject({ outcome: 'copied', size: '3' });
    expect(item()).not.toHaveProperty('trouble');
  });
});
