import { describe, expect, it } from 'vitest';
import { bucketPolicy, rehearsalPolicy, sessionPolicy } from '../../../functions/restore/session-policy.ts';
import { isCalled, isNeverTarget } from '../../../shared/runs/restore-target.ts';
import { functionOf, grantsOf, ofType, statesOf } from '../queries.ts';
import { ACCOUNT, LARGE, resourcesOf, templatesOf } from '../synthesize.ts';

const NAME = 'www_photos_example-restore';

const resources = resourcesOf(found(templatesOf(LARGE).get('fanout-restore-www--photos--example')));
const destination = resourcesOf(found(templatesOf(LARGE).get('fanout-destination-photos-eu')));
const runs = found(ofType(resources, 'AWS::StepFunctions::StateMachine')[0]);

describe('the function', () => {
  it('has 15 minutes, and a role of a fixed name, which the roles of destinations know', () => {
    expect(functionOf(resources, NAME)).toMatchObject({ Timeout: 900, MemorySize: 512 });
    const role = ofType(destination, 'AWS::IAM::Role').find(({ id }) => id.startsWith('Restorer'));
    expect(JSON.stringify(role?.properties.AssumeRolePolicyDocument)).toContain(`arn:aws:iam::${ACCOUNT}:role/${NAME}`);
    expect(role?.properties.RoleName).toBe('fanout-restorer-photos-eu');
  });
});

describe('the role of restores', () => {
  const isWriting = (action: string) => /^s3:(?!Get|List|Restore)/.test(action);

  it.each([
    ['photos'],
    ['reports'],
    ['my-reports'],
    ['reports-eu'],
    // Eight characters, as a hash has.
    ['reports-archive'],
    ['my-reports-eu-1234'],
    ['scratch'],
    ['my-scratch'],
    ['a.reports'],
    [`${'long-name-'.repeat(5)}reports`],
  ])('writes to the scratch bucket of a source "%s", and never to its reports', (bucket) => {
    const source = { ...LARGE.replicators[0].source, bucket };
    const templates = templatesOf({ replicators: [{ ...LARGE.replicators[0], source }] });
    const role = resourcesOf(found(templates.get('fanout-destination-photos-eu')));
    const allowed = grantsOf(role, 'Restorer')
      .filter(({ actions, condition }) => actions.some(isWriting) && !JSON.stringify(condition).includes('ResourceTag'))
      .map(({ resource }) => String(resource).replace('arn:aws:s3:::', '').replace('/*', ''));
    const named = [...templates]
      .filter(([stack]) => /^fanout-re(store|concile)-/.test(stack))
      .flatMap(([stack, template]) =>
        ofType(resourcesOf(template), 'AWS::S3::Bucket').flatMap(({ id }) =>
          namesByCloudFormation(stack, id).map((name) => ({ id, name })),
        ),
      );
    expect(named.length).toBeGreaterThanOrEqual(6);
    for (const { id, name } of named) expect(isNeverTarget(name), name).toBe(!id.startsWith('Scratch'));
    const scratch = named.filter(({ id }) => id.startsWith('Scratch')).map(({ name }) => name);
    expect(scratch.filter((name) => !allowed.some((pattern) => isCalled(name, pattern)))).toEqual([]);
  });

  it('writes into a source all the same that is called as what others deploy from', () => {
    const source = { ...LARGE.replicators[0].source, bucket: 'aws-photos' };
    const own = templatesOf({ replicators: [{ ...LARGE.replicators[0], source }] }).get('fanout-destination-photos-eu');
    const text = JSON.stringify(ofType(resourcesOf(found(own)), 'AWS::IAM::Role'));
    expect(text).toContain('arn:aws:s3:::cdk-*/*');
    expect(text).not.toContain('arn:aws:s3:::aws-*/*');
  });

  it('has sessions that say what they are narrowed to in as many characters as STS takes', () => {
    const place = (bucket: string) => ({ bucket, account: ACCOUNT });
    const policies = [
      sessionPolicy('aws', { from: place('b'.repeat(63)), to: place('c'.repeat(63)) }),
      bucketPolicy('aws', place('c'.repeat(63))),
    ];
    for (const policy of policies) expect(JSON.stringify(policy).length).toBeLessThanOrEqual(2048);
  });
});

describe('the state machine', () => {
  const states = statesOf(runs.properties);

  it('reports whatever fails', () => {
    for (const name of ['Begin', 'Plan', 'Collect']) expect(states[name].Catch[0].Next).toBe('Report');
    for (const name of ['RestoreFailed', 'FinishFailed', 'Refused']) expect(states[name].Next).toBe('Report');
  });

  it('waits where the worker says so, and tries what fails again', () => {
    const { States } = states['Finish'].ItemProcessor;
    expect(States.IsShareFinished.Choices[0]).toEqual({
      Condition: '{% $states.input.waitSeconds > 0 %}',
      Next: 'WaitForShare',
    });
    expect(States.WaitForShare).toMatchObject({ Type: 'Wait', Next: 'FinishShare' });
    expect(States.FinishShare.Retry.at(-1)).toMatchObject({ ErrorEquals: ['States.ALL'], MaxAttempts: 4 });
    expect(states['Restore'].ItemProcessor.States).not.toHaveProperty('WaitForShare');
  });
});

describe('rehearsals', () => {
  const states = statesOf(runs.properties);

  it('start when the configuration says so, and are told of twice a day', () => {
    const schedules = ofType(resources, 'AWS::Scheduler::Schedule').map(({ properties }) => [
      properties.Name,
      properties.ScheduleExpression,
      properties.ScheduleExpressionTimezone,
      properties.Target.Input,
    ]);
    expect(schedules).toEqual([
      ['www_photos_example-rehearsal', 'cron(0 3 ? * SUN *)', 'Europe/Berlin', '{"step":"start rehearsals"}'],
      ['www_photos_example-rehearsal-age', 'rate(12 hours)', undefined, '{"step":"tell ages"}'],
    ]);
    expect(grantsOf(resources, 'RehearsalRole').map(({ actions }) => actions)).toEqual([['lambda:InvokeFunction']]);
  });

  it('have a bucket that is private, empties itself, and goes with the stack', () => {
    const scratch = found(ofType(resources, 'AWS::S3::Bucket').find(({ id }) => id.startsWith('Scratch')));
    expect(scratch.properties).toMatchObject({
      BucketEncryption: expect.anything(),
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true },
      LifecycleConfiguration: {
        Rules: [
          {
            Status: 'Enabled',
            ExpirationInDays: 1,
            NoncurrentVersionExpiration: { NoncurrentDays: 1 },
            AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
          },
        ],
      },
    });
    const { Environment } = functionOf(resources, NAME);
    expect(Environment.Variables).toMatchObject({
      SCRATCH_BUCKET: { Ref: scratch.id },
      HISTORY_DAYS: '400',
      REHEARSAL_OBJECTS: '50',
      REHEARSAL_MAX_BYTES: String(2 * 1024 ** 3),
    });
    const policy = ofType(resources, 'AWS::S3::BucketPolicy').find(({ id }) => id.startsWith('Scratch'));
    expect(JSON.stringify(policy?.properties)).toContain('"aws:SecureTransport":"false"');
  });

  it('choose before the restore, compare behind it, and come to a result whatever fails', () => {
    expect(states['IsRehearsal']).toMatchObject({ Choices: [{ Next: 'Choose' }], Default: 'Begin' });
    expect(states['IsChosen'].Choices.map(({ Next }: { readonly Next: string }) => Next)).toEqual([
      'Begin',
      'Conclude',
    ]);
    expect(states['IsRehearsed'].Choices.map(({ Next }: { readonly Next: string }) => Next)).toEqual([
      'Conclude',
      'Compare',
      'Unreported',
    ]);
    for (const name of ['Choose', 'Compare']) expect(states[name].Catch[0].Next).toBe('Conclude');
    expect(states['Report'].Catch[0].Next).toBe('IsRehearsed');
  });

  it('have a session that reads, and writes nothing', () => {
    const place = (name: string) => ({ bucket: name.repeat(63), account: ACCOUNT });
    const policy = rehearsalPolicy('aws', { from: place('a'), source: place('b'), scratch: place('c') });
    const text = JSON.stringify(policy);
    expect(text.length).toBeLessThanOrEqual(2048);
    expect(text).not.toMatch(/Put|Delete|Restore|Abort/);
  });

  it('are not there where they are switched off', () => {
    const none = { replicators: [{ ...LARGE.replicators[0], rehearsal: false }] } as const;
    const template = resourcesOf(found(templatesOf(none).get('fanout-restore-www--photos--example')));
    expect(ofType(template, 'AWS::Scheduler::Schedule')).toEqual([]);
    expect(ofType(template, 'AWS::S3::Bucket')).toHaveLength(1);
    expect(functionOf(template, NAME).Environment.Variables).not.toHaveProperty('SCRATCH_BUCKET');
    const restorer = grantsOf(resourcesOf(found(templatesOf(none).get('fanout-destination-photos-eu'))), 'Restorer');
    expect(restorer.flatMap(({ actions }) => actions)).not.toContain('cloudwatch:PutMetricData');
    expect(restorer.map(({ resource }) => resource)).not.toContain('arn:aws:s3:::fanout-restore-*-scratch*/*');
  });
});

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('It is not in the template');
  return value;
}

/** In small letters, with some of a random end: of a long name, the whole of what it is called in its stack, and as much of the stack's name as fits, or 24 characters. */
function namesByCloudFormation(stack: string, id: string): readonly string[] {
  const end = `-${id}-1x6jug5lzfnl7`.toLowerCase();
  return [stack.slice(0, 63 - end.length), stack.slice(0, 24)].map((begin) => begin.toLowerCase() + end);
}
