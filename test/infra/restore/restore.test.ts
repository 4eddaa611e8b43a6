import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { bucketPolicy, lookPolicy, rehearsalPolicy, sessionPolicy } from '../../../functions/restore/session-policy.ts';
import { LOOK_AT_BUCKET, MAKE_BUCKET, WRITE_TARGET } from '../../../shared/runs/restore-actions.ts';
import { isCalled, isNeverTarget } from '../../../shared/runs/restore-target.ts';
import { functionOf, grantsOf, ofType, statesOf } from '../queries.ts';
import { ACCOUNT, LARGE, resourcesOf, templatesOf } from '../synthesize.ts';

const NAME = 'www_photos_example-restore';
const TOPIC = `arn:aws:sns:us-east-1:${ACCOUNT}:www_photos_example-fanout`;

const resources = resourcesOf(found(templatesOf(LARGE).get('fanout-restore-www--photos--example')));
const destination = resourcesOf(found(templatesOf(LARGE).get('fanout-destination-photos-eu')));
const reports = found(ofType(resources, 'AWS::S3::Bucket')[0]);
const runs = found(ofType(resources, 'AWS::StepFunctions::StateMachine')[0]);

describe('the function', () => {
  it('can keep and send reports, and take the role of a destination, and nothing else', () => {
    const actions = grantsOf(resources, 'RestoreRole').map((grant) => [grant.actions, grant.resource]);
    expect(actions).toEqual([
      [['s3:GetObject', 's3:PutObject'], { 'Fn::Join': ['', [{ 'Fn::GetAtt': [reports.id, 'Arn'] }, '/*']] }],
      [['s3:ListBucket'], { 'Fn::GetAtt': [reports.id, 'Arn'] }],
      [['sns:Publish'], expect.anything()],
      [['dynamodb:DescribeTable'], `arn:aws:dynamodb:*:${ACCOUNT}:table/*-ledger`],
      [['dynamodb:DescribeTable'], `arn:aws:dynamodb:*:${ACCOUNT}:table/*-versions`],
      [['sts:AssumeRole'], `arn:aws:iam::${ACCOUNT}:role/fanout-restorer-*`],
      [['sns:ListSubscriptionsByTopic'], TOPIC],
      [['sns:GetSubscriptionAttributes'], TOPIC],
      [['states:StartExecution'], `arn:aws:states:us-east-1:${ACCOUNT}:stateMachine:${NAME}`],
      [['logs:CreateLogStream', 'logs:PutLogEvents'], expect.stringContaining(`/aws/lambda/${NAME}:*`)],
    ]);
  });

  it('has 15 minutes, and a role of a fixed name, which the roles of destinations know', () => {
    expect(functionOf(resources, NAME)).toMatchObject({ Timeout: 900, MemorySize: 512 });
    const role = ofType(destination, 'AWS::IAM::Role').find(({ id }) => id.startsWith('Restorer'));
    expect(JSON.stringify(role?.properties.AssumeRolePolicyDocument)).toContain(`arn:aws:iam::${ACCOUNT}:role/${NAME}`);
    expect(role?.properties.RoleName).toBe('fanout-restorer-photos-eu');
  });
});

describe('the role of restores', () => {
  const grants = grantsOf(destination, 'Restorer');

  it('reads its destination and its ledger, and writes buckets of the account only', () => {
    for (const { actions, condition } of grants.filter(({ actions: [first] }) => first?.startsWith('s3:') ?? false))
      expect(JSON.stringify(condition), actions.join()).toContain(ACCOUNT);
    const reading = grants.filter(({ actions }) => actions.includes('s3:GetObjectVersion'));
    expect(reading.map(({ resource }) => resource)).toEqual(['arn:aws:s3:::photos-eu/*']);
    const tables = grants.filter(({ actions }) => actions.includes('dynamodb:Query'));
    expect(tables).toHaveLength(2);
  });

  it('reads of a version all that it reads of an object', () => {
    const read = grants.find(({ actions }) => actions.includes('s3:GetObjectVersion'))?.actions ?? [];
    expect(read).toEqual(
      expect.arrayContaining(['', 'Tagging', 'Annotation'].map((what) => `s3:GetObjectVersion${what}`)),
    );
  });

  it('deletes nothing, and changes no grants', () => {
    const actions = grants.flatMap((grant) => grant.actions);
    expect(actions.filter((action) => /Delete|Policy|Acl|Bypass|\*/.test(action))).toEqual([]);
  });

  const isWriting = (action: string) => /^s3:(?!Get|List|Restore)/.test(action);
  const writing = grants
    .filter(({ actions }) => actions.some(isWriting))
    .map(({ resource, condition }) => ({ resource, condition }));
  const owned = { 's3:ResourceAccount': ACCOUNT };

  it('writes to the source, to what restores make, to the scratch bucket, and to what its owner has marked, with a session or without', () => {
    const StringEquals = owned;
    const marked = { ...owned, 'aws:ResourceTag/fanout-restore-target': 'www.photos.example' };
    expect(writing.filter(({ resource }) => String(resource).endsWith('/*'))).toEqual([
      { resource: 'arn:aws:s3:::fanout-restore-*-scratch*/*', condition: { StringEquals } },
      { resource: 'arn:aws:s3:::restored-*/*', condition: { StringEquals } },
      { resource: 'arn:aws:s3:::www.photos.example/*', condition: { StringEquals } },
      { resource: 'arn:aws:s3:::*/*', condition: { StringEquals: marked } },
    ]);
  });

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

  it('makes buckets, and changes settings, of names of its own only', () => {
    expect(writing.filter(({ resource }) => !String(resource).endsWith('/*'))).toEqual([
      { resource: 'arn:aws:s3:::restored-*', condition: { StringEqualsIfExists: owned } },
    ]);
  });

  it('finds a bucket that is not there yet, of which nobody knows the owner', () => {
    const find = grants.filter(({ resource }) => resource === 'arn:aws:s3:::*');
    expect(find).toEqual([
      { actions: LOOK_AT_BUCKET.toSorted(), resource: 'arn:aws:s3:::*', condition: { StringEqualsIfExists: owned } },
    ]);
    for (const policy of [lookPolicy, bucketPolicy])
      expect(JSON.stringify(policy('aws', { bucket: 'b-b', account: ACCOUNT }))).not.toContain('"StringEquals"');
  });

  it('is refused what no tag may open: the destination, what others deploy from, trails and reports', () => {
    const role = ofType(destination, 'AWS::IAM::Role').find(({ id }) => id.startsWith('Restorer'));
    const denied = role?.properties.Policies[0].PolicyDocument.Statement.filter(
      ({ Effect }: { Effect: string }) => Effect === 'Deny',
    );
    const never = [
      'photos-eu',
      'cdk-*',
      'cdktoolkit-*',
      'cf-templates-*',
      'codepipeline-*',
      'elasticbeanstalk-*',
    ].concat(['aws-*', 'config-bucket-*', 'fanout-re*-reports65402a0a-*']);
    expect(denied).toEqual([
      {
        Sid: 'LeaveSettings',
        Effect: 'Deny',
        Action: MAKE_BUCKET.toSorted(),
        Resource: ['arn:aws:s3:::photos-eu', 'arn:aws:s3:::www.photos.example'],
      },
      {
        Sid: 'NeverWrite',
        Effect: 'Deny',
        Action: WRITE_TARGET.filter((action) => !action.startsWith('s3:Get')).toSorted(),
        Resource: never.map((name) => `arn:aws:s3:::${name}/*`).toSorted(),
      },
    ]);
    // A source of such a name gets back what it lost all the same.
    const source = { ...LARGE.replicators[0].source, bucket: 'aws-photos' };
    const own = templatesOf({ replicators: [{ ...LARGE.replicators[0], source }] }).get('fanout-destination-photos-eu');
    const text = JSON.stringify(ofType(resourcesOf(found(own)), 'AWS::IAM::Role'));
    expect(text).toContain('arn:aws:s3:::cdk-*/*');
    expect(text).not.toContain('arn:aws:s3:::aws-*/*');
  });

  it('allows all that the session of a run is narrowed to, in as many characters as STS takes', () => {
    const place = (bucket: string) => ({ bucket, account: ACCOUNT });
    const policies = [
      sessionPolicy('aws', { from: place('b'.repeat(63)), to: place('c'.repeat(63)) }),
      bucketPolicy('aws', place('c'.repeat(63))),
    ];
    for (const policy of policies) expect(JSON.stringify(policy).length).toBeLessThanOrEqual(2048);
    const statements = v.parse(
      v.array(v.object({ Statement: v.array(v.object({ Action: v.array(v.string()) })) })),
      policies,
    );
    const asked = statements.flatMap(({ Statement }) => Statement).flatMap(({ Action }) => Action);
    const granted = new Set(grants.flatMap(({ actions }) => actions));
    expect(asked.filter((action) => !granted.has(action))).toEqual([]);
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

describe('the role of the state machine', () => {
  it('starts and follows what it maps over, and starts it again where a run is redriven', () => {
    const executions = `arn:aws:states:us-east-1:${ACCOUNT}:execution:${NAME}`;
    expect(grantsOf(resources, 'RunsRole').map(({ actions, resource }) => [actions, resource])).toEqual([
      [['lambda:InvokeFunction'], { 'Fn::GetAtt': [expect.stringMatching(/^Restore/), 'Arn'] }],
      [['s3:GetObject'], { 'Fn::Join': ['', [{ 'Fn::GetAtt': [reports.id, 'Arn'] }, '/*']] }],
      [['states:StartExecution'], `arn:aws:states:us-east-1:${ACCOUNT}:stateMachine:${NAME}`],
      [['states:DescribeExecution', 'states:StopExecution'], `${executions}/*`],
      [['states:DescribeExecution', 'states:StopExecution'], `${executions}:*`],
      [['states:RedriveExecution'], `${executions}/*`],
      [expect.arrayContaining(['logs:CreateLogDelivery']), '*'],
    ]);
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
    const granted = new Set(grantsOf(destination, 'Restorer').flatMap(({ actions }) => actions));
    const statements = v.parse(v.object({ Statement: v.array(v.object({ Action: v.array(v.string()) })) }), policy);
    const asked = statements.Statement.flatMap(({ Action }) => Action);
    expect(asked.filter((action) => !granted.has(action))).toEqual([]);
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
