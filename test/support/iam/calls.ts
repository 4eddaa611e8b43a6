import { MADE_PREFIX, TARGET_TAG } from '../../../shared/runs/restore-target.ts';
import { parseConfiguration } from '../../../infra/config/parse-configuration.ts';
import type { Configuration } from '../../../infra/config/config.ts';
import type { Destination, Replicator } from '../../../infra/config/replicator.ts';
import { mayExpire } from '../../../infra/config/retention.ts';
import * as names from '../../../shared/names.ts';
import {
  bucketPolicy,
  LEDGER_POLICY,
  lookPolicy,
  METRICS_POLICY,
  rehearsalPolicy,
  sessionPolicy,
} from '../../../functions/restore/session-policy.ts';
import { ACCOUNT } from '../../infra/synthesize.ts';
import type { Call, Need } from './call.ts';
import * as op from './operations.ts';
import { readPolicy } from './policy.ts';
import type { World } from './world.ts';

/**
 * Every call that functions make and services make for them, with what it asks of IAM: a row for each. A test holds the rows to the commands that the bundles contain.
 */
export function callsOf(world: World, configuration: Configuration): readonly Call[] {
  const replicators = parseConfiguration(configuration, { account: ACCOUNT });
  return [...replicators.flatMap((replicator) => callsOfReplicator(world, replicator)), ...callsOfServices(world)];
}

function callsOfReplicator(world: World, replicator: Replicator): readonly Call[] {
  const around = aroundOf(world, replicator);
  return [
    ...told(around),
    ...notification(around),
    ...reconcile(around),
    ...canary(around),
    ...restore(around),
    ...replicator.destinations.flatMap((destination) => {
      const at = atDestination(around, destination);
      return [...replicate(at), ...longCopy(at), ...backfill(at), ...observer(at), ...restorer(at)];
    }),
  ];
}

type Around = ReturnType<typeof aroundOf>;

function aroundOf(world: World, replicator: Replicator) {
  const { source } = replicator;
  const sourceStack = names.sourceStackName(source.bucket);
  const reconcileStack = names.reconcileStackName(source.bucket);
  const restoreStack = names.restoreStackName(source.bucket);
  const arn = (path: string) => {
    const found = world.arns.get(path);
    if (found === undefined) throw new Error(`There is no "${path}"`);
    return found;
  };
  const here = `${source.region}:${source.account}`;
  const reports = (stack: string): op.ObjectOf => ({
    bucket: arn(`${stack}/Reports`).split(':::')[1] ?? '',
    region: source.region,
    key: 'runs/1/plan.json',
  });
  return {
    ...replicator,
    sourceStack,
    reconcileStack,
    restoreStack,
    arn,
    arns: world.arns,
    topic: source.topicArn ?? `arn:aws:sns:${here}:${names.topicName(source.bucket)}`,
    original: { ...source, keys: source.kmsKeyArns ?? [], key: KEY } satisfies op.ObjectOf,
    reconcileReports: reports(reconcileStack),
    restoreReports: reports(restoreStack),
    execution: (name: string, child = false) =>
      `arn:aws:states:${here}:execution:${name}${child ? '/Range' : ''}:11111111-2222`,
    machine: (name: string) => `arn:aws:states:${here}:stateMachine:${name}`,
  };
}

const KEY = 'photos/2026 *?\n.jpg';

type At = ReturnType<typeof atDestination>;

function atDestination(around: Around, destination: Destination) {
  const { bucket, region, account, encryption } = destination;
  const stack = names.destinationStackName(bucket);
  const keys = typeof encryption === 'object' ? [encryption.kmsKeyArn] : [];
  const here = `${region}:${account}`;
  return {
    ...around,
    destination,
    stack,
    copyOf: { bucket, region, keys, key: KEY } satisfies op.ObjectOf,
    inbox: around.arn(`${stack}/InboxQueue`),
    failed: around.arn(`${stack}/InboxFailed`),
    ledger: around.arn(`${stack}/Ledger`),
    versions: around.arn(`${stack}/Versions`),
    longCopyMachine: around.arn(`${stack}/LongCopyStateMachine`),
    longCopyExecution: `arn:aws:states:${here}:execution:${names.longCopyName(bucket)}:11111111-2222`,
  };
}

/** Rows of one role: what is sent from the code of a function, or done by a service. */
function rows(
  by: string,
  from: string | undefined,
  needed: Readonly<Record<string, readonly Need[] | undefined>>,
  narrowed?: Readonly<Record<string, object>>,
): readonly Call[] {
  const [session] = Object.entries(narrowed ?? {}).map(([called, policy]) => ({
    called,
    statements: readPolicy(policy),
  }));
  return Object.entries(needed).flatMap(([sends, needs]) =>
    needs === undefined ? [] : [{ by, sends, needs, ...(from && { from }), ...(session && { session }) }],
  );
}

/** From the bucket to the topic to the queues, and from the alarms to their topics. */
function told({ source, sourceStack, topic, arn, destinations, ...around }: Around): readonly Call[] {
  const account = { 'aws:sourceaccount': source.account };
  const queues = [
    `${sourceStack}/Undelivered`,
    ...destinations.map(({ bucket }) => `${names.destinationStackName(bucket)}/InboxQueue`),
  ];
  const alarmsTopics = [...around.arns].filter(([path]) => /^fanout-alarms-.*\/Topic$/.test(path));
  return [
    ...(source.topicArn === undefined
      ? rows('s3.amazonaws.com', undefined, {
          'tell of an object': op.one('sns:Publish', topic, {
            ...account,
            'aws:sourcearn': `arn:aws:s3:::${source.bucket}`,
          }),
        })
      : []),
    ...queues.flatMap((queue) =>
      rows('sns.amazonaws.com', undefined, {
        'hand an event over': op.one('sqs:SendMessage', arn(queue), { ...account, 'aws:sourcearn': topic }),
      }),
    ),
    ...alarmsTopics.flatMap(([, alarms]) => {
      const [, , , region] = alarms.split(':');
      const alarm = `arn:aws:cloudwatch:${region}:${source.account}:alarm:fanout lag`;
      return rows('cloudwatch.amazonaws.com', undefined, {
        'tell of an alarm': op.one('sns:Publish', alarms, { ...account, 'aws:sourcearn': alarm }),
      });
    }),
  ];
}

function notification({ source, sourceStack, arn, original }: Around): readonly Call[] {
  if (source.topicArn !== undefined) return [];
  const role = `${sourceStack}/NotificationChangeRole`;
  return [
    ...rows(role, 'notification', {
      GetBucketNotificationConfiguration: op.onBucket(original, 'GetBucketNotification'),
      PutBucketNotificationConfiguration: op.onBucket(original, 'PutBucketNotification'),
    }),
    ...rows(role, undefined, { 'Lambda: write the log': op.logs(arn(`${sourceStack}/NotificationChangeLogs`)) }),
  ];
}

function replicate(at: At): readonly Call[] {
  const { stack, original, copyOf, destination, arn } = at;
  const role = `${stack}/ReplicateRole`;
  const nullVersion = { ...copyOf, version: true };
  return [
    ...rows(role, 'replicate', {
      CopyObject: op.copy(original, copyOf),
      HeadObject: [...op.head(original), ...op.head(copyOf)],
      HeadBucket: [...op.onBucket(original, 'ListBucket'), ...op.onBucket(copyOf, 'ListBucket')],
      // A scrub compares the bytes of both.
      GetObject: [...op.get(original), ...op.get(copyOf)],
      // A version that is called `null` is asked for by that name.
      GetObjectTagging: [
        ...[original, { ...original, version: true }].flatMap(op.getTagging),
        ...[copyOf, nullVersion].flatMap(op.getTagging),
      ],
      PutObjectTagging: [...op.putTagging(copyOf), ...op.putTagging(nullVersion)],
      CreateMultipartUpload: op.upload.create(copyOf),
      UploadPartCopy: op.upload.part(original, copyOf),
      CompleteMultipartUpload: op.upload.complete(copyOf),
      AbortMultipartUpload: op.upload.abort(copyOf),
      ListParts: op.upload.parts(copyOf),
      GetBucketLifecycleConfiguration: mayExpire(destination)
        ? op.onBucket(copyOf, 'GetLifecycleConfiguration')
        : undefined,
      ChangeMessageVisibility: op.one('sqs:ChangeMessageVisibility', at.inbox),
      SendMessage: op.one('sqs:SendMessage', at.failed),
      GetItem: op.one('dynamodb:GetItem', at.ledger),
      UpdateItem: [...op.one('dynamodb:UpdateItem', at.ledger), ...op.one('dynamodb:UpdateItem', at.versions)],
      StartExecution: op.one('states:StartExecution', at.longCopyMachine),
      DescribeExecution: op.one('states:DescribeExecution', at.longCopyExecution),
    }),
    ...rows(role, undefined, {
      // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-permissions
      'Lambda: empty the inbox': ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'].flatMap((action) =>
        op.one(`sqs:${action}`, at.inbox),
      ),
      'Lambda: write the log': op.logs(arn(`${stack}/ReplicateLogs`)),
    }),
  ];
}

function longCopy({ stack, arn, inbox, failed }: At): readonly Call[] {
  return rows(`${stack}/LongCopyRole`, undefined, {
    'Step Functions: invoke the function': op.one('lambda:InvokeFunction', arn(`${stack}/Replicate`)),
    'Step Functions: leave the key to the inbox': op.one('sqs:SendMessage', inbox),
    'Step Functions: put it aside': op.one('sqs:SendMessage', failed),
    'Step Functions: deliver the log': op.LOG_DELIVERY,
  });
}

function backfill({ stack, arn, machine, source }: At): readonly Call[] {
  const role = `${stack}/BackfillStartRole`;
  return [
    ...rows(role, 'backfill', {
      StartExecution: op.one('states:StartExecution', machine(names.reconcileName(source.bucket))),
    }),
    ...rows(role, undefined, { 'Lambda: write the log': op.logs(arn(`${stack}/BackfillStartLogs`)) }),
  ];
}

/** The reconcile and the canary take this role. */
function observer({ stack, arn, canary, copyOf, inbox, ledger, ...around }: At): readonly Call[] {
  const role = `${stack}/Observer`;
  const take = op.one('sts:AssumeRole', arn(role));
  const putMetrics = op.metrics(names.METRICS_NAMESPACE);
  const seen = { ...copyOf, key: names.CANARY_KEY };
  return [
    ...rows(`${around.reconcileStack}/ReconcileRole`, 'reconcile', { AssumeRole: take }),
    ...rows(role, 'reconcile', {
      ListObjectsV2: op.onBucket(copyOf, 'ListBucket'),
      GetBucketLifecycleConfiguration: op.onBucket(copyOf, 'GetLifecycleConfiguration'),
      SendMessageBatch: op.one('sqs:SendMessage', inbox),
      GetQueueUrl: op.one('sqs:GetQueueUrl', inbox),
      GetQueueAttributes: op.one('sqs:GetQueueAttributes', inbox),
      ListQueueTags: op.one('sqs:ListQueueTags', inbox),
      BatchGetItem: op.one('dynamodb:BatchGetItem', ledger),
      PutMetricData: putMetrics,
    }),
    ...(canary === false
      ? []
      : [
          ...rows(`${around.reconcileStack}/CanaryFlyRole`, 'canary', { AssumeRole: take }),
          ...rows(role, 'canary', {
            HeadObject: op.head(seen),
            GetObject: op.get(seen),
            GetObjectTagging: op.getTagging(seen),
            PutMetricData: putMetrics,
          }),
        ]),
  ];
}

function subscriptions(topic: string): Readonly<Record<string, readonly Need[]>> {
  return {
    ListSubscriptionsByTopic: op.one('sns:ListSubscriptionsByTopic', topic),
    // SNS asks about the topic, as its refusals say.
    GetSubscriptionAttributes: op.one('sns:GetSubscriptionAttributes', topic),
  };
}

function reconcile(around: Around): readonly Call[] {
  const { source, reconcileStack: stack, arn, topic, original, reconcileReports } = around;
  const { reconcileStack } = around;
  const machine = around.machine(names.reconcileName(source.bucket));
  return [
    ...rows(`${stack}/ReconcileRole`, 'reconcile', {
      ListObjectsV2: [...op.onBucket(original, 'ListBucket'), ...op.onBucket(reconcileReports, 'ListBucket')],
      GetBucketNotificationConfiguration: op.onBucket(original, 'GetBucketNotification'),
      GetObject: op.get(reconcileReports),
      PutObject: op.put(reconcileReports),
      Publish: op.one('sns:Publish', arn(`${stack}/ReportsTopic`)),
      DescribeExecution: op.one('states:DescribeExecution', around.execution(names.reconcileName(source.bucket))),
      ...subscriptions(topic),
    }),
    ...rows(`${stack}/ReconcileRole`, undefined, { 'Lambda: write the log': op.logs(arn(`${stack}/ReconcileLogs`)) }),
    ...runs(around, {
      stack,
      worker: 'Reconcile',
      name: names.reconcileName(source.bucket),
      reports: reconcileReports,
    }),
    ...rows(`${reconcileStack}/ScheduleRole`, undefined, {
      'Scheduler: start a run': op.one('states:StartExecution', machine),
      'Scheduler: put aside what cannot start': op.one('sqs:SendMessage', arn(`${reconcileStack}/ScheduleUnstarted`)),
    }),
    ...rows(`${reconcileStack}/FirstRunStartRole`, 'backfill', {
      StartExecution: op.one('states:StartExecution', machine),
    }),
    ...rows(`${reconcileStack}/FirstRunStartRole`, undefined, {
      'Lambda: write the log': op.logs(arn(`${reconcileStack}/FirstRunStartLogs`)),
    }),
  ];
}

/** What Step Functions does in the role of a state machine of runs. @see https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html */
function runs(
  { arn, machine, execution }: Around,
  of: { readonly stack: string; readonly worker: string; readonly name: string; readonly reports: op.ObjectOf },
): readonly Call[] {
  const executions = [execution(of.name), execution(of.name, true)];
  return rows(`${of.stack}/RunsRole`, undefined, {
    'Step Functions: do a step': op.one('lambda:InvokeFunction', arn(`${of.stack}/${of.worker}`)),
    'Step Functions: read the shares': op.one('s3:GetObject', `${op.bucketArn(of.reports)}/${of.reports.key}`),
    'Step Functions: start a share': op.one('states:StartExecution', machine(of.name)),
    'Step Functions: follow shares': executions.flatMap((one) => op.one('states:DescribeExecution', one)),
    'Step Functions: stop shares': executions.flatMap((one) => op.one('states:StopExecution', one)),
    // https://docs.aws.amazon.com/step-functions/latest/dg/redrive-map-run.html
    'Step Functions: redrive shares': op.one('states:RedriveExecution', execution(of.name, true)),
    'Step Functions: deliver the log': op.LOG_DELIVERY,
  });
}

function canary({ canary: isThere, reconcileStack: stack, original, topic, arn }: Around): readonly Call[] {
  if (isThere === false) return [];
  const role = `${stack}/CanaryFlyRole`;
  return [
    ...rows(role, 'canary', {
      PutObject: op.put({ ...original, key: names.CANARY_KEY }, { tags: true }),
      ...subscriptions(topic),
    }),
    ...rows(role, undefined, { 'Lambda: write the log': op.logs(arn(`${stack}/CanaryFlyLogs`)) }),
    ...rows(`${stack}/CanaryScheduleRole`, undefined, {
      'Scheduler: fly': op.one('lambda:InvokeFunction', arn(`${stack}/CanaryFly`)),
    }),
  ];
}

function restore(around: Around): readonly Call[] {
  const { source, rehearsal, restoreStack: stack, arn, restoreReports, topic, destinations } = around;
  const role = `${stack}/RestoreRole`;
  const name = names.restoreName(source.bucket);
  return [
    ...rows(role, 'restore', {
      GetObject: op.get(restoreReports),
      PutObject: op.put(restoreReports),
      ListObjectsV2: op.onBucket(restoreReports, 'ListBucket'),
      Publish: op.one('sns:Publish', arn(`${stack}/ReportsTopic`)),
      // Of a bucket that a restore may go to: whether it is a destination.
      DescribeTable: destinations.flatMap(({ bucket, region, account }) =>
        [names.ledgerTableName(bucket), names.versionsTableName(bucket)].flatMap((table) =>
          op.one('dynamodb:DescribeTable', `arn:aws:dynamodb:${region}:${account}:table/${table}`),
        ),
      ),
      ...(rehearsal !== false && {
        StartExecution: op.one('states:StartExecution', around.machine(name)),
        ...subscriptions(topic),
      }),
    }),
    ...rows(role, undefined, { 'Lambda: write the log': op.logs(arn(`${stack}/RestoreLogs`)) }),
    ...runs(around, { stack, worker: 'Restore', name, reports: restoreReports }),
    ...(rehearsal === false
      ? []
      : rows(`${stack}/RehearsalRole`, undefined, {
          'Scheduler: rehearse': op.one('lambda:InvokeFunction', arn(`${stack}/Restore`)),
        })),
  ];
}

/** The restore takes this role, for a session that is narrowed to what it is about. */
function restorer(at: At): readonly Call[] {
  const { stack, arn, source, destination, copyOf, original, ledger, versions, restoreStack, rehearsal } = at;
  const role = `${stack}/Restorer`;
  const from = { ...copyOf, keys: [keyOf(destination, 'of-replicas')] };
  const old = { ...from, version: true };
  const make = { bucket: `${MADE_PREFIX}photos`, region: source.region, account: source.account, key: KEY };
  const marked = { ...make, bucket: 'marked-by-its-owner' };
  const mark = { [`aws:resourcetag/${TARGET_TAG}`]: source.bucket };
  const isMarked = (need: Need) => need.resource.startsWith(op.bucketArn(marked));
  const scratch = rehearsal === false ? [] : [scratchOf(at)];
  const targets = [original, make, marked, ...scratch].map((target) => ({
    ...target,
    keys: [keyOf(source, 'of-target')],
  }));
  const absent = (needs: readonly Need[]) =>
    needs.map((need) => ({ ...need, context: { 's3:resourceaccount': undefined } }));
  return [
    ...rows(`${restoreStack}/RestoreRole`, 'restore', { AssumeRole: op.one('sts:AssumeRole', arn(role)) }),
    ...targets.flatMap((target) =>
      rows(
        role,
        'restore',
        {
          ListObjectVersions: op.onBucket(from, 'ListBucketVersions'),
          ListObjectsV2: op.onBucket(from, 'ListBucket'),
          CopyObject: op.copy(old, target),
          HeadObject: [...op.head(from), ...op.head(old), ...op.head(target)],
          GetObject: [...op.get(from), ...op.get(old), ...op.get(target)],
          GetObjectTagging: [...op.getTagging(from), ...op.getTagging(old), ...op.getTagging(target)],
          PutObjectTagging: [...op.putTagging(target), ...op.putTagging({ ...target, version: true })],
          CreateMultipartUpload: op.upload.create(target),
          UploadPartCopy: op.upload.part(old, target),
          CompleteMultipartUpload: op.upload.complete(target),
          AbortMultipartUpload: op.upload.abort(target),
          ListParts: op.upload.parts(target),
          RestoreObject: op.thaw(from),
          HeadBucket: [...op.onBucket(from, 'ListBucket'), ...op.onBucket(target, 'ListBucket')],
        },
        {
          sessionPolicy: sessionPolicy('aws', {
            from: destination,
            to: { bucket: target.bucket, account: source.account },
          }),
        },
      ).map((call) => ({
        ...call,
        needs: call.needs.map((need) => (isMarked(need) ? { ...need, context: mark } : need)),
      })),
    ),
    ...rows(
      role,
      'restore',
      {
        HeadBucket: op.onBucket(make, 'ListBucket'),
        'HeadBucket, which is not there': absent(op.onBucket(make, 'ListBucket')),
        GetBucketVersioning: op.onBucket(make, 'GetBucketVersioning'),
        GetBucketTagging: op.onBucket(make, 'GetBucketTagging'),
        GetBucketAbac: op.onBucket(make, 'GetBucketAbac'),
      },
      { lookPolicy: lookPolicy('aws', make) },
    ),
    ...rows(
      role,
      'restore',
      {
        CreateBucket: absent(op.make.create(make)),
        GetBucketTagging: op.onBucket(make, 'GetBucketTagging'),
        PutPublicAccessBlock: op.make.closeToPublic(make),
        PutBucketVersioning: op.make.keepVersions(make),
        PutBucketLifecycleConfiguration: op.make.expireVersions(make),
      },
      { bucketPolicy: bucketPolicy('aws', make) },
    ),
    ...rows(
      role,
      'restore',
      {
        GetItem: op.one('dynamodb:GetItem', ledger),
        Query: op.one('dynamodb:Query', versions),
      },
      { LEDGER_POLICY },
    ),
    ...(rehearsal === false ? [] : rehearsed(at, role)),
  ];
}

function rehearsed(at: At, role: string): readonly Call[] {
  const { copyOf, original, source, destination } = at;
  const scratch = scratchOf(at);
  const from = { ...copyOf, keys: [keyOf(destination, 'of-replicas')] };
  const compared = [from, { ...from, version: true }, original, scratch];
  const { account } = source;
  const narrowed = rehearsalPolicy('aws', {
    from: destination,
    source: { bucket: source.bucket, account },
    scratch: { bucket: scratch.bucket, account },
  });
  return [
    ...rows(role, 'restore', { PutMetricData: op.metrics(names.METRICS_NAMESPACE) }, { METRICS_POLICY }),
    ...rows(
      role,
      'restore',
      {
        ListObjectsV2: op.onBucket(from, 'ListBucket'),
        HeadObject: compared.flatMap(op.head),
        GetObject: compared.flatMap(op.get),
        GetObjectTagging: compared.flatMap(op.getTagging),
      },
      { rehearsalPolicy: narrowed },
    ),
  ];
}

function scratchOf({ source, restoreStack, arn }: At) {
  return { bucket: arn(`${restoreStack}/Scratch`).split(':::')[1] ?? '', region: source.region, key: KEY };
}

/** Which keys encrypt what is restored, and the buckets that it may go to, nobody knows before. */
function keyOf({ region, account }: Pick<Destination, 'region' | 'account'>, name: string): string {
  return `arn:aws:kms:${region}:${account}:key/${name}`;
}

/** Services take the roles that they work in. */
function callsOfServices(world: World): readonly Call[] {
  return world.roles.flatMap(({ arn, trust }) =>
    trust.flatMap(({ principals }) =>
      (principals?.services ?? []).map((by) => ({
        by,
        sends: 'take the role',
        needs: op.one('sts:AssumeRole', arn, onBehalfOf(by)),
      })),
    ),
  );
}

function onBehalfOf(service: string): Need['context'] {
  if (service === 'lambda.amazonaws.com') return {};
  const of: Readonly<Record<string, string>> = {
    'states.amazonaws.com': `arn:aws:states:us-east-1:${ACCOUNT}:stateMachine:runs`,
    'scheduler.amazonaws.com': `arn:aws:scheduler:us-east-1:${ACCOUNT}:schedule-group/default`,
  };
  return { 'aws:sourceaccount': ACCOUNT, 'aws:sourcearn': of[service] };
}
