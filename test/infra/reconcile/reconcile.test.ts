import { describe, expect, it } from 'vitest';
import { functionOf, ofType, statesOf } from '../queries.ts';
import { ACCOUNT, LARGE, resourcesOf, SMALL, templatesOf } from '../synthesize.ts';

const STACK = 'fanout-reconcile-www--photos--example';
const NAME = 'www_photos_example-reconcile';
const STATE_MACHINE_ARN = `arn:aws:states:us-east-1:${ACCOUNT}:stateMachine:${NAME}`;
const TOPIC_ARN = `arn:aws:sns:us-east-1:${ACCOUNT}:www_photos_example-fanout`;

const resources = resourcesOf(found(templatesOf(LARGE).get(STACK)));
const reports = found(ofType(resources, 'AWS::S3::Bucket')[0]);
const topic = found(ofType(resources, 'AWS::SNS::Topic')[0]);
const queue = found(ofType(resources, 'AWS::SQS::Queue')[0]);
const worker = functionOf(resources, NAME);
const runs = found(ofType(resources, 'AWS::StepFunctions::StateMachine')[0]);

describe('the reports', () => {
  it('have a private bucket of a name that CloudFormation chooses, and which is kept', () => {
    expect(reports.deletionPolicy).toBe('RetainExceptOnCreate');
    expect(reports.properties).not.toHaveProperty('BucketName');
    expect(reports.properties).toMatchObject({
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
    });
  });

  it('expire, working files sooner, and what the next run needs never', () => {
    expect(reports.properties.LifecycleConfiguration.Rules).toEqual([
      {
        Id: 'abort-stale-uploads',
        Status: 'Enabled',
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
      },
      { Id: 'expire-reports', Status: 'Enabled', Prefix: 'runs/', ExpirationInDays: 30 },
      { Id: 'expire-working-files', Status: 'Enabled', Prefix: 'work/', ExpirationInDays: 14 },
    ]);
  });

  it('are sent to each address through an encrypted topic', () => {
    expect(JSON.stringify(topic.properties.KmsMasterKeyId)).toContain('alias/aws/sns');
    expect(ofType(resources, 'AWS::SNS::Subscription').map(({ properties }) => properties)).toEqual(
      LARGE.replicators[0].reconcile.notify.map((Endpoint) => ({
        Protocol: 'email',
        Endpoint,
        TopicArn: { Ref: topic.id },
      })),
    );
    const small = resourcesOf(found(templatesOf(SMALL).get('fanout-reconcile-photos')));
    expect(ofType(small, 'AWS::SNS::Subscription')).toEqual([]);
  });

  it('keep the subscriptions of others when one address is taken away', () => {
    const [replicator] = LARGE.replicators;
    const one = { ...replicator.reconcile, notify: ['storage@example.com'] };
    const fewer = resourcesOf(found(templatesOf({ replicators: [{ ...replicator, reconcile: one }] }).get(STACK)));
    const ids = ofType(resources, 'AWS::SNS::Subscription').map(({ id }) => id);
    expect(ofType(fewer, 'AWS::SNS::Subscription').map(({ id }) => id)).toEqual(ids.slice(1));
  });
});

describe('the function', () => {
  it('has 15 minutes, 512 MB, and a role of a fixed name', () => {
    expect(worker).toMatchObject({
      Timeout: 900,
      MemorySize: 512,
      Architectures: ['arm64'],
      Runtime: 'nodejs24.x',
      Role: { 'Fn::GetAtt': [expect.stringMatching(/^ReconcileRole/), 'Arn'] },
    });
    const role = ofType(resources, 'AWS::IAM::Role').find(({ id }) => id.startsWith('ReconcileRole'));
    expect(role?.properties.RoleName).toBe(NAME);
  });

  it('is told what is configured', () => {
    expect(worker.Environment.Variables).toEqual({
      SOURCE_BUCKET: 'www.photos.example',
      SOURCE_ACCOUNT: ACCOUNT,
      SOURCE_REGION: 'us-east-1',
      TOPIC_ARN,
      REPORTS_BUCKET: { Ref: reports.id },
      REPORTS_TOPIC_ARN: { Ref: topic.id },
      MAX_BYTES_PER_RUN: String(10 * 1024 ** 3),
      EVENT_MINUTES: '30',
      SCRUB_SHARE: '0.25',
      SCRUB_MAX_BYTES_PER_RUN: String(1024 ** 3),
      SCRUB_MAX_OBJECT_BYTES: String(16 * 1024 ** 2),
      NODE_OPTIONS: '--max-semi-space-size=2',
      POWERTOOLS_LOG_LEVEL: 'WARN',
    });
  });
});

describe('the schedule', () => {
  const schedule = ofType(resources, 'AWS::Scheduler::Schedule').find(
    ({ properties }) => properties.Name === NAME,
  )?.properties;

  it('starts a run when it is configured, and puts aside what it cannot start', () => {
    expect(schedule).toEqual({
      Name: NAME,
      Description: 'Compares www.photos.example with its copies',
      ScheduleExpression: 'cron(30 2 * * ? *)',
      ScheduleExpressionTimezone: 'Europe/Berlin',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: { Ref: runs.id },
        RoleArn: { 'Fn::GetAtt': [expect.stringMatching(/^ScheduleRole/), 'Arn'] },
        Input: '{"trigger":"schedule"}',
        RetryPolicy: { MaximumRetryAttempts: 10, MaximumEventAgeInSeconds: 3600 },
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': [queue.id, 'Arn'] } },
      },
    });
    expect(queue.properties.QueueName).toBe('www_photos_example-unstarted');
  });
});

describe('the state machine', () => {
  const states = statesOf(runs.properties);
  const maps = Object.values(states).filter(({ Type }) => Type === 'Map');
  const all = [states, ...maps.map(({ ItemProcessor }) => ItemProcessor.States)];
  const every: [string, State][] = all.flatMap((each) => Object.entries(each));

  it('has a log, and the name by which its role knows it', () => {
    expect(runs.properties).toMatchObject({
      StateMachineName: NAME,
      StateMachineType: 'STANDARD',
      LoggingConfiguration: { Level: 'ALL' },
    });
  });

  it('reaches each of its states, and every state that is named is there', () => {
    const starts = ['IsContinued', ...maps.map(({ ItemProcessor }) => ItemProcessor.StartAt)];
    const named = new Set([...starts, ...every.flatMap(([, state]) => nextOf(state))]);
    expect(named).toEqual(new Set(every.map(([name]) => name)));
  });

  it('names no state twice, as Step Functions forbids', () => {
    expect(new Set(every.map(([name]) => name)).size).toBe(every.length);
  });

  it('comes to the report, whatever fails', () => {
    for (const [name, state] of every.filter(([, { Type }]) => Type === 'Task' || Type === 'Map')) {
      expect(state.Retry?.at(-1)?.ErrorEquals, name).toEqual(['States.ALL']);
      expect(
        state.Catch?.map(({ ErrorEquals }) => ErrorEquals),
        name,
      ).toEqual([['States.ALL']]);
      const caught = state.Catch?.[0]?.Next ?? '';
      const next = states[caught]?.Type === 'Pass' ? states[caught].Next : caught;
      // A share that fails ends alone; the report finds that it has no result.
      const end = ['SweepShare', 'VerifyShare'].includes(name)
        ? /^ShareNot/
        : name === 'Report'
          ? /^Unreported$/
          : // What is not its run it must not report of.
            name === 'TakeOver'
            ? /^NotContinued$/
            : /^Report$/;
      expect(next, name).toMatch(end);
    }
  });

  it('gives the function more than its time', () => {
    const tasks = every.filter(([, { Resource }]) => Resource?.endsWith(':lambda:invoke'));
    expect(tasks).toHaveLength(9);
    for (const [name, { TimeoutSeconds }] of tasks) expect(TimeoutSeconds, name).toBeGreaterThan(worker.Timeout);
  });

  it('goes through all shares of a list in S3, as many at a time as configured, and passes none of their results on', () => {
    expect(maps).toHaveLength(2);
    for (const map of maps) {
      expect(map).toMatchObject({
        ItemReader: {
          Resource: 'arn:aws:states:::s3:getObject',
          ReaderConfig: { InputType: 'JSON' },
          Parameters: { 'Bucket.$': '$.shares.bucket', 'Key.$': '$.shares.key' },
        },
        ItemSelector: { 'run.$': '$.run', 'share.$': '$$.Map.Item.Value.share' },
        MaxConcurrency: 100,
        ToleratedFailurePercentage: 100,
        ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } },
        ResultPath: null,
      });
      const ends = Object.values<State>(map.ItemProcessor.States).filter(({ End }) => End === true);
      expect(ends.map(({ Output }) => Output)).toEqual([{}, {}]);
    }
  });

  it('says of every expression that it is JSONata, and has none elsewhere', () => {
    for (const [name, { ItemProcessor: _, ...state }] of every) {
      expect(JSON.stringify(state).includes('{%') && state.QueryLanguage !== 'JSONata', name).toBe(false);
    }
  });
});

it('a run is started when the stack is deployed, after the state machine is there', () => {
  const [run] = ofType(resources, 'Custom::FanoutFirstRun');
  expect(run?.properties).toMatchObject({ stateMachineArn: STATE_MACHINE_ARN, region: 'us-east-1' });
  expect(run?.properties).not.toHaveProperty('destination');
  expect(run?.dependsOn).toContain(runs.id);
  expect(functionOf(resources, 'www_photos_example-first-run')).toMatchObject({ Timeout: 120 });
});

interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly QueryLanguage?: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly End?: boolean;
  readonly Output?: unknown;
  readonly TimeoutSeconds?: number;
  readonly Choices?: readonly { readonly Next: string }[];
  readonly Retry?: readonly { readonly ErrorEquals: readonly string[] }[];
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly Next: string }[];
  readonly ItemProcessor?: unknown;
}

function nextOf({ Next, Default, Choices = [], Catch = [] }: State): string[] {
  return [Next, Default, ...Choices.map((choice) => choice.Next), ...Catch.map((catcher) => catcher.Next)].flatMap(
    (name) => name ?? [],
  );
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('The stack has no such resource');
  return value;
}
