import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { bucketOfSubscriber } from '../../shared/names.ts';
import { functionOf, ofType, only, statesOf } from './queries.ts';
import { ACCOUNT, LARGE, type Resource, resourcesOf, SMALL, templatesOf } from './synthesize.ts';

const TEMPLATES = templatesOf(LARGE);
const RESOURCES = [...TEMPLATES.values()].flatMap(resourcesOf);
const SOURCE = resourcesOf(template('fanout-source-www--photos--example'));
const DESTINATIONS = LARGE.replicators[0].destinations.map(({ bucket }) => ({
  bucket,
  name: bucket.replaceAll('.', '_'),
  resources: resourcesOf(template(`fanout-destination-${bucket.replaceAll('.', '--')}`)),
}));
const TOPIC_ARN = `arn:aws:sns:us-east-1:${ACCOUNT}:www_photos_example-fanout`;
const UNDELIVERED_ARN = `arn:aws:sqs:us-east-1:${ACCOUNT}:www_photos_example-undelivered`;

describe('every stack', () => {
  it('refers to no other stack', () => {
    const texts = [...TEMPLATES.values()].map((template) => JSON.stringify(template.toJSON()));
    expect(texts.filter((text) => text.includes('Fn::ImportValue') || text.includes('"Export"'))).toEqual([]);
  });

  it('is tagged with its source', () => {
    for (const resource of RESOURCES.filter(({ type }) => type === 'AWS::SQS::Queue')) {
      expect(resource.properties.Tags).toEqual([{ Key: 's3-fanout-replicator', Value: 'www.photos.example' }]);
    }
  });

  it('keeps every log for three months, and writes as much into it as the configuration says', () => {
    const groups = ofType(RESOURCES, 'AWS::Logs::LogGroup');
    for (const { properties } of groups) expect(properties.RetentionInDays, properties.LogGroupName).toBe(90);
    const ids = new Set(groups.map(({ id }) => id));
    for (const { properties } of ofType(RESOURCES, 'AWS::Lambda::Function')) {
      expect(ids, properties.FunctionName).toContain(properties.LoggingConfig.LogGroup.Ref);
      expect(properties.Environment.Variables.POWERTOOLS_LOG_LEVEL, properties.FunctionName).toBe('WARN');
    }
    for (const { properties } of ofType(RESOURCES, 'AWS::StepFunctions::StateMachine')) {
      const [to] = properties.LoggingConfiguration.Destinations;
      expect(ids).toContain(to.CloudWatchLogsLogGroup.LogGroupArn['Fn::GetAtt'][0]);
    }
  });

  it('encrypts its queues and keeps their messages long enough', () => {
    const queues = ofType(RESOURCES, 'AWS::SQS::Queue').map(({ properties }) => properties);
    expect(queues.filter(({ SqsManagedSseEnabled }) => SqsManagedSseEnabled !== true)).toEqual([]);
    expect(Object.fromEntries(queues.map((queue) => [queue.QueueName, queue.MessageRetentionPeriod / DAY]))).toEqual({
      'www_photos_example-undelivered': 14,
      'www_photos_example-unstarted': 14,
      'photos-eu': 4,
      'photos-eu-failed': 14,
      photos_dr: 4,
      'photos_dr-failed': 14,
      'photos-near': 4,
      'photos-near-failed': 14,
    });
  });

  it('creates buckets with all safe defaults, and keeps them', () => {
    const buckets = ofType([SOURCE, ...DESTINATIONS.map(({ resources }) => resources)].flat(), 'AWS::S3::Bucket');
    expect(buckets).toHaveLength(4);
    for (const { properties, deletionPolicy } of buckets) {
      // Kept, but for a first deployment that fails: the next one would find the name taken.
      expect(deletionPolicy).toBe('RetainExceptOnCreate');
      expect(properties).toMatchObject({
        VersioningConfiguration: { Status: 'Enabled' },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
        LifecycleConfiguration: {
          Rules: expect.arrayContaining([
            expect.objectContaining({ Status: 'Enabled', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } }),
            expect.objectContaining({ Status: 'Enabled', NoncurrentVersionExpiration: { NoncurrentDays: 365 } }),
          ]),
        },
      });
    }
    expect(buckets.map(({ properties }) => [properties.BucketName, encryptionOf(properties)])).toEqual([
      ['www.photos.example', { ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      ['photos-eu', { ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      [
        'photos.dr',
        {
          BucketKeyEnabled: true,
          ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: KMS_KEY_ARN },
        },
      ],
      ['photos-near', { ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
    ]);
  });
});

describe('the source', () => {
  it('tells of created, removed and expired objects, and leaves the notifications of others alone', () => {
    expect(only(SOURCE, 'Custom::FanoutNotification')).toMatchObject({
      bucket: 'www.photos.example',
      owner: ACCOUNT,
      id: 'fanout-www.photos.example',
      events: ['s3:ObjectCreated:*', 's3:ObjectRemoved:*', 's3:LifecycleExpiration:*'],
    });
    expect(ofType(SOURCE, 'AWS::S3::Bucket')[0]?.properties).not.toHaveProperty('NotificationConfiguration');
  });
});

describe.each(DESTINATIONS)('the destination $bucket', ({ bucket, name, resources }) => {
  const replicate = functionOf(resources, name);
  const inbox = queueOf(resources, name);
  const failed = queueOf(resources, `${name}-failed`);
  const longCopy = only(resources, 'AWS::StepFunctions::StateMachine');
  const longCopyArn: string = replicate.Environment.Variables.LONG_COPY_STATE_MACHINE_ARN;

  it('names its function and inbox after its bucket', () => {
    expect(replicate.FunctionName).toBe(name);
    expect(bucketOfSubscriber(replicate.FunctionName)).toBe(bucket);
    expect(inbox.properties.QueueName).toBe(name);
  });

  it('runs the function on arm64 and nodejs24.x, and keeps its log for three months', () => {
    expect(replicate).toMatchObject({ Architectures: ['arm64'], Runtime: 'nodejs24.x', Timeout: 600 });
    const logs = ofType(resources, 'AWS::Logs::LogGroup').map(({ properties }) => properties);
    expect(logs).toEqual([
      expect.objectContaining({ LogGroupName: `/aws/lambda/${name}`, RetentionInDays: 90 }),
      expect.objectContaining({ LogGroupName: `/aws/vendedlogs/states/${name}-long-copy`, RetentionInDays: 90 }),
      expect.objectContaining({ LogGroupName: `/aws/lambda/${name}-backfill`, RetentionInDays: 90 }),
    ]);
  });

  it('hides a message for at least six times the time limit of the function', () => {
    expect(inbox.properties.VisibilityTimeout).toBeGreaterThanOrEqual(6 * replicate.Timeout);
  });

  it('feeds the function in batches of which single records can fail', () => {
    expect(only(resources, 'AWS::Lambda::EventSourceMapping')).toMatchObject({
      EventSourceArn: arnOf(inbox),
      BatchSize: 100,
      MaximumBatchingWindowInSeconds: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: bucket === 'photos-eu' ? 2 : 10 },
    });
  });

  it('subscribes the inbox in the Region of the topic, raw, and with a queue for what is not delivered', () => {
    expect(only(resources, 'AWS::SNS::Subscription')).toEqual({
      TopicArn: TOPIC_ARN,
      Region: 'us-east-1',
      Protocol: 'sqs',
      Endpoint: arnOf(inbox),
      RawMessageDelivery: true,
      RedrivePolicy: { deadLetterTargetArn: UNDELIVERED_ARN },
    });
  });

  it('moves messages to the failed queue after 20 receives, and only from the inbox', () => {
    expect(inbox.properties.RedrivePolicy).toEqual({ deadLetterTargetArn: arnOf(failed), maxReceiveCount: 20 });
    expect(failed.properties.RedriveAllowPolicy).toEqual({
      redrivePermission: 'byQueue',
      sourceQueueArns: [expect.stringMatching(new RegExp(`^arn:aws:sqs:[a-z0-9-]+:${ACCOUNT}:${name}$`))],
    });
  });

  it('keeps a ledger of its own, which can be set back in time and goes with the stack', () => {
    expect(ofType(resources, 'AWS::DynamoDB::Table')[0]).toMatchObject({
      deletionPolicy: 'Delete',
      properties: {
        TableName: `${name}-ledger`,
        BillingMode: 'PAY_PER_REQUEST',
        // Encrypted by a key of DynamoDB's own, in its words "not enabled": a key of KMS would cost something.
        SSESpecification: { SSEEnabled: false },
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        KeySchema: [{ AttributeName: 'key', KeyType: 'HASH' }],
        GlobalSecondaryIndexes: [
          {
            IndexName: 'trouble',
            KeySchema: [
              { AttributeName: 'trouble', KeyType: 'HASH' },
              { AttributeName: 'recordedAt', KeyType: 'RANGE' },
            ],
          },
        ],
      },
    });
  });

  it('and a history, whose items expire', () => {
    const versions = ofType(resources, 'AWS::DynamoDB::Table').at(1);
    expect(versions).toMatchObject({
      deletionPolicy: 'Delete',
      properties: {
        TableName: `${name}-versions`,
        BillingMode: 'PAY_PER_REQUEST',
        SSESpecification: { SSEEnabled: false },
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
        KeySchema: [
          { AttributeName: 'key', KeyType: 'HASH' },
          { AttributeName: 'at', KeyType: 'RANGE' },
        ],
      },
    });
    expect(versions?.properties).not.toHaveProperty('GlobalSecondaryIndexes');
    expect(replicate.Environment.Variables).toMatchObject({
      VERSIONS_TABLE: { Ref: versions?.id },
      HISTORY_DAYS: bucket === 'photos.dr' ? '3650' : '400',
    });
  });

  it('tells the function what is configured', () => {
    const { SOURCE_BUCKET, SOURCE_ACCOUNT, SOURCE_REGION, DESTINATION_ACCOUNT, ...chosen } =
      replicate.Environment.Variables;
    expect({ SOURCE_BUCKET, SOURCE_ACCOUNT, SOURCE_REGION, DESTINATION_ACCOUNT }).toEqual({
      SOURCE_BUCKET: 'www.photos.example',
      SOURCE_ACCOUNT: ACCOUNT,
      SOURCE_REGION: 'us-east-1',
      DESTINATION_ACCOUNT: ACCOUNT,
    });
    const choices: Record<string, object> = {
      'photos-eu': { STORAGE_CLASS: 'GLACIER_IR', ENCRYPTION: 'AES256' },
      'photos.dr': { ENCRYPTION: 'aws:kms', KMS_KEY_ARN },
    };
    const [ledger, versions] = ofType(resources, 'AWS::DynamoDB::Table');
    expect(chosen).toEqual({
      ...choices[bucket],
      VERSIONS_TABLE: { Ref: versions?.id },
      HISTORY_DAYS: bucket === 'photos.dr' ? '3650' : '400',
      INBOX_URL: { Ref: inbox.id },
      INBOX_VISIBILITY_SECONDS: String(inbox.properties.VisibilityTimeout),
      FAILED_QUEUE_URL: { Ref: failed.id },
      LEDGER_TABLE: { Ref: ledger?.id },
      LONG_COPY_STATE_MACHINE_ARN: longCopyArn,
      POWERTOOLS_LOG_LEVEL: 'WARN',
    });
  });

  it('leaves long copies to its own state machine', () => {
    expect(longCopy).toMatchObject({ StateMachineName: `${name}-long-copy`, StateMachineType: 'STANDARD' });
  });

  it('has an observer role of the name that the reconcile and the canary of its source know', () => {
    const observer = ofType(resources, 'AWS::IAM::Role').find(({ id }) => id.startsWith('Observer'));
    expect(observer?.properties.RoleName).toBe(`fanout-observer-${name}`);
  });

  it('starts its backfill when it is deployed, last of all, and again when a part is replaced', () => {
    const [run] = ofType(resources, 'Custom::FanoutFirstRun');
    const [subscription] = ofType(resources, 'AWS::SNS::Subscription');
    const [mapping] = ofType(resources, 'AWS::Lambda::EventSourceMapping');
    const observer = ofType(resources, 'AWS::IAM::Role').find(({ id }) => id.startsWith('Observer'));
    const stateMachineArn = `arn:aws:states:us-east-1:${ACCOUNT}:stateMachine:www_photos_example-reconcile`;
    expect(run?.properties).toMatchObject({
      stateMachineArn,
      region: 'us-east-1',
      destination: bucket,
      parts: {
        inbox: arnOf(inbox),
        subscription: { Ref: subscription?.id },
        replicate: { 'Fn::GetAtt': [expect.stringMatching(/^Replicate/), 'Arn'] },
        observer: { 'Fn::GetAtt': [observer?.id, 'RoleId'] },
      },
    });
    expect(run?.dependsOn).toEqual(expect.arrayContaining([subscription?.id, mapping?.id, observer?.id]));
  });

  it('has a state machine that waits out a lost completion, and gives the function more than its time', () => {
    const states = statesOf(longCopy);
    expect(states).toMatchObject({
      WaitUntilItHasLandedOrDied: { Seconds: inbox.properties.VisibilityTimeout, Next: 'Copy' },
      Copy: {
        Retry: [
          // For most of three days, and not out of the attempts for errors.
          { ErrorEquals: ['Lambda.TooManyRequestsException'], MaxAttempts: 300, MaxDelaySeconds: 900 },
          { ErrorEquals: ['UploadEnded'], MaxAttempts: 1 },
          { ErrorEquals: ['States.ALL'], MaxAttempts: 20 },
        ],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'PutAsideInFailed' }],
      },
    });
    expect(states['Copy']?.TimeoutSeconds).toBeGreaterThan(replicate.Timeout);
  });

  it('has a state machine that ends before what it leaves to the inbox arrives, as until then the copy counts as under way', () => {
    const { LeaveToInbox, Done } = statesOf(longCopy);
    expect(LeaveToInbox).toMatchObject({ Arguments: { DelaySeconds: 60 }, Next: 'Done' });
    expect(Done).toEqual({ Type: 'Succeed' });
  });
});

describe('every role', () => {
  it('has no policy of AWS, which would allow more than is needed', () => {
    const managed = ofType(RESOURCES, 'AWS::IAM::Role').filter(({ properties }) => properties.ManagedPolicyArns);
    expect(managed).toEqual([]);
  });
});

describe('a stack that is deleted', () => {
  it('leaves the bucket with its policy, and nothing else', () => {
    const left = RESOURCES.filter(({ deletionPolicy }) => deletionPolicy !== undefined && deletionPolicy !== 'Delete');
    expect(new Set(left.map(({ type }) => type))).toEqual(new Set(['AWS::S3::Bucket', 'AWS::S3::BucketPolicy']));
  });
});

describe('a source whose events go to a topic already', () => {
  const topicArn = `arn:aws:sns:us-east-1:${ACCOUNT}:uploads`;
  const templates = templatesOf({
    replicators: SMALL.replicators.map(({ source, destinations }) => ({
      source: { ...source, existing: true, topicArn },
      destinations,
    })),
  });
  const resources = [...templates.values()].flatMap(resourcesOf);

  it('keeps its notifications and that topic as they are', () => {
    const topics = ofType(resources, 'AWS::SNS::Topic').concat(ofType(resources, 'AWS::SNS::TopicPolicy'));
    expect(topics.map(({ id }) => id.replace(/[0-9A-F]{8}$/, ''))).toEqual([
      'ReportsTopic',
      'ReportsTopic',
      'Topic',
      'Topic',
      'ReportsTopicPolicy',
      'ReportsTopicPolicy',
      'TopicPolicy',
      'TopicPolicy',
    ]);
    expect(ofType(resources, 'Custom::FanoutNotification')).toEqual([]);
  });

  it('has its destinations subscribe to that topic', () => {
    expect(only(resources, 'AWS::SNS::Subscription').TopicArn).toBe(topicArn);
  });
});

describe('existing buckets', () => {
  const existing = templatesOf({
    replicators: SMALL.replicators.map(({ source, destinations }) => ({
      source: { ...source, existing: true },
      destinations: destinations.map((destination) => ({ ...destination, existing: true })),
    })),
  });
  const resources = [...existing.values()].flatMap(resourcesOf);

  it('are not created, and get no policy', () => {
    const made = resources.filter(({ type }) => type.startsWith('AWS::S3::'));
    expect(made.filter(({ id }) => !/^(Reports|Scratch)/.test(id))).toEqual([]);
  });

  it('keep their notifications, to which one is added', () => {
    expect(only(resources, 'Custom::FanoutNotification')).toMatchObject({ bucket: 'photos', id: 'fanout-photos' });
  });
});

describe('adding a destination', () => {
  const [replicator] = SMALL.replicators;
  const before = templatesOf(SMALL);
  const after = (region: string) =>
    templatesOf({
      replicators: [{ ...replicator, destinations: [{ bucket: 'photos-dr', region }, ...replicator.destinations] }],
    });

  it('changes no other stack, and adds one for the alarms of a new Region', () => {
    const more = after('us-west-2');
    const added = [...more.keys()].filter((name) => !before.has(name));
    expect(added).toEqual(['fanout-destination-photos-dr', 'fanout-alarms-photos-us-west-2']);
    for (const [name, template] of before) expect(textOf(more.get(name))).toBe(textOf(template));
  });

  it('changes no other stack but the dashboard of its Region', () => {
    const more = after('eu-west-1');
    const changed = [...before].filter(([name, template]) => textOf(more.get(name)) !== textOf(template));
    expect(changed.map(([name]) => name)).toEqual(['fanout-alarms-photos-eu-west-1']);
    const others = changed.flatMap(([name, template]) => {
      const old = resourcesOf(template).filter(({ type }) => type !== 'AWS::CloudWatch::Dashboard');
      return [
        [old, resourcesOf(more.get(name) ?? template).filter(({ type }) => type !== 'AWS::CloudWatch::Dashboard')],
      ];
    });
    for (const [old, now] of others) expect(now).toEqual(old);
  });
});

const DAY = 24 * 60 * 60;
const KMS_KEY_ARN = LARGE.replicators[0].destinations[1].encryption.kmsKeyArn;

function template(name: string) {
  const found = TEMPLATES.get(name);
  if (found === undefined) throw new Error(`No stack "${name}" in ${[...TEMPLATES.keys()].join(', ')}`);
  return found;
}

/** Without the hashes, which stand for the contents of a bundle only where one is made. */
function textOf(template: Template | undefined): string {
  return JSON.stringify(template?.toJSON()).replaceAll(/[0-9a-f]{64}/g, '(hash)');
}

function queueOf(resources: readonly Resource[], name: string): Resource {
  const found = ofType(resources, 'AWS::SQS::Queue').find(({ properties }) => properties.QueueName === name);
  if (found === undefined) throw new Error(`No queue "${name}"`);
  return found;
}

function arnOf({ id }: Resource) {
  return { 'Fn::GetAtt': [id, 'Arn'] };
}

function encryptionOf(properties: Resource['properties']): unknown {
  return properties.BucketEncryption.ServerSideEncryptionConfiguration[0];
}
