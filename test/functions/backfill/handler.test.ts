import {
  ExecutionAlreadyExists,
  SFNClient,
  SFNServiceException,
  StartExecutionCommand,
  StateMachineDoesNotExist,
} from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { handler } from '../../../functions/backfill/handler.ts';
import { startRun } from '../../../functions/backfill/start-run.ts';
import { askAsCloudFormation } from '../../support/cloudformation.ts';

const sfn = mockClient(SFNClient);
beforeEach(() => sfn.reset());

const stateMachineArn = 'arn:aws:states:us-east-1:111122223333:stateMachine:photos-reconcile';
const backfill = {
  stateMachineArn,
  region: 'us-east-1',
  destination: 'photos-eu',
  parts: { inbox: 'arn:inbox', subscription: 'arn:subscription' },
};
const success = {
  Status: 'SUCCESS',
  PhysicalResourceId: 'first-run of photos-eu',
  StackId: 'stack',
  RequestId: 'request',
  LogicalResourceId: 'Resource',
};

function ask(type: 'Create' | 'Update' | 'Delete', properties: object = backfill) {
  return askAsCloudFormation(handler, type, properties, { id: 'first-run of photos-eu' });
}

function started() {
  return sfn.commandCalls(StartExecutionCommand).map(({ args }) => args[0].input);
}

describe('the custom resource', () => {
  it.each(['Create', 'Update'] as const)(
    'starts a run of its destination on %s, named after the request',
    async (type) => {
      expect(await ask(type)).toEqual(success);
      expect(started()).toEqual([
        { stateMachineArn, name: 'deploy-request', input: '{"trigger":"deploy","destination":"photos-eu"}' },
      ]);
    },
  );

  it("asks the Region of the source, which may not be the destination's", async () => {
    await ask('Create', { ...backfill, region: 'ap-south-1' });
    expect(await sfn.commandCalls(StartExecutionCommand)[0]?.thisValue.config.region()).toBe('ap-south-1');
  });

  it('starts a run of all destinations where it names none', async () => {
    const { destination: _, ...all } = backfill;
    expect(await ask('Create', all)).toMatchObject({ PhysicalResourceId: 'first-run of all destinations' });
    expect(started().map(({ input }) => input)).toEqual(['{"trigger":"deploy"}']);
  });

  it('does nothing when it is deleted', async () => {
    expect(await ask('Delete')).toEqual(success);
    expect(started()).toEqual([]);
  });

  it('tells CloudFormation when a property is missing, which otherwise would wait for an hour', async () => {
    expect(await ask('Create', { region: 'us-east-1' })).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining('stateMachineArn'),
    });
  });

  it.each([
    ['there is no reconcile yet', new StateMachineDoesNotExist({ message: 'no', $metadata: {} })],
    ['the run was started by the first of two requests', new ExecutionAlreadyExists({ message: 'is', $metadata: {} })],
    ['Step Functions has an outage', new Error('503')],
  ])('lets the deployment pass when %s', async (_, error) => {
    sfn.on(StartExecutionCommand).rejects(error);
    expect(await ask('Create')).toEqual(success);
  });
});

describe('startRun()', () => {
  const run = { stateMachineArn, name: 'deploy-request', input: { trigger: 'deploy' } } as const;
  const refusal = new SFNServiceException({
    name: 'AccessDeniedException',
    message: 'not authorized to perform states:StartExecution',
    $fault: 'client',
    $metadata: {},
  });

  async function start() {
    const pauses: number[] = [];
    const outcome = await startRun(run, {
      sfn: new SFNClient({ region: 'us-east-1' }),
      pause: async (milliseconds) => pauses.push(milliseconds),
    }).catch((error: Error) => error.message);
    return { outcome, paused: pauses.reduce((sum, each) => sum + each, 0) };
  }

  it('tries again while a new role is not known everywhere', async () => {
    sfn.on(StartExecutionCommand).rejectsOnce(refusal).rejectsOnce(refusal).resolves({});
    expect(await start()).toEqual({ outcome: { started: true, because: 'started' }, paused: 20_000 });
  });

  it('says what is not allowed when it still is not, within the time of the function', async () => {
    sfn.on(StartExecutionCommand).rejects(refusal);
    const { outcome, paused } = await start();
    expect(outcome).toBe(
      `Cannot start a run of ${stateMachineArn}: not authorized to perform states:StartExecution. Allow states:StartExecution on it, then deploy again`,
    );
    expect(paused).toBeLessThan(100_000);
  });

  it.each([
    [
      new StateMachineDoesNotExist({ message: 'no', $metadata: {} }),
      'there is no reconcile yet; it starts a run when it is deployed',
    ],
    [new Error('503'), 'the next nightly run takes its place: Error: 503'],
  ])('does not try again after %s', async (error, because) => {
    sfn.on(StartExecutionCommand).rejects(error);
    expect(await start()).toEqual({ outcome: { started: false, because }, paused: 0 });
  });
});
