import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { bucketPolicy, sessionPolicy } from '../../functions/restore/session-policy.ts';
import { functionOf, grantsOf, ofType, statesOf } from './queries.ts';
import { ACCOUNT, LARGE, resourcesOf, templatesOf } from './synthesize.ts';

const NAME = 'www_photos_example-restore';

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
      [['sqs:GetQueueUrl'], `arn:aws:sqs:*:${ACCOUNT}:*`],
      [['sts:AssumeRole'], 'arn:aws:iam::*:role/fanout-restorer-*'],
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

  it('sets no lifecycle, and no versioning, but of buckets that it makes', () => {
    const role = ofType(destination, 'AWS::IAM::Role').find(({ id }) => id.startsWith('Restorer'));
    const denied = role?.properties.Policies[0].PolicyDocument.Statement.filter(
      ({ Effect }: { Effect: string }) => Effect === 'Deny',
    );
    expect(denied).toMatchObject([
      {
        Action: ['s3:PutBucketVersioning', 's3:PutLifecycleConfiguration'],
        Resource: ['arn:aws:s3:::photos-eu', 'arn:aws:s3:::www.photos.example'],
      },
    ]);
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

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('It is not in the template');
  return value;
}
