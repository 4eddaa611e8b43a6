import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { destinationStackName, subscriberName } from '../../shared/names.ts';
import { addAlarm } from '../alarms/alarm.ts';
import { alarmsTopicArn, longCopyArn } from '../parts/arns.ts';
import type { Destination, Replicator } from '../config/replicator.ts';
import { destinationAlarms } from './destination-alarms.ts';
import { FirstRun } from '../parts/first-run.ts';
import { Inbox } from './inbox.ts';
import { ledgerTable, versionsTable } from './ledger.ts';
import { longCopy } from './long-copy.ts';
import { nodeFunction } from '../parts/node-function.ts';
import { observerRole } from './observer.ts';
import { replicateGrants } from './replicate-grants.ts';
import { restorerRole } from './restorer.ts';
import { mayExpire } from '../config/retention.ts';
import { safeBucket } from '../parts/safe-bucket.ts';
import { markAsOurs } from '../parts/mark-as-ours.ts';

/** What a destination needs: the bucket, its inbox, its ledger, and the function that empties the inbox into the bucket. */
export class FanoutDestination extends Stack {
  constructor(
    scope: Construct,
    id: string,
    props: Omit<Replicator, 'destinations' | 'reconcile'> & { readonly destination: Destination },
  ) {
    const { source, destination, logLevel, canary, rehearsal } = props;
    super(scope, id, {
      stackName: destinationStackName(destination.bucket),
      env: { account: destination.account, region: destination.region },
      description: `Keeps the bucket ${destination.bucket} a copy of ${source.bucket}`,
    });
    markAsOurs(this, source.bucket);

    const kmsKeyArn = typeof destination.encryption === 'object' ? destination.encryption.kmsKeyArn : undefined;
    const { bucket: bucketName, retention } = destination;
    if (!destination.existing) safeBucket(this, 'Bucket', { bucketName, kmsKeyArn, retention });

    const inbox = new Inbox(this, 'Inbox', {
      destinationBucket: destination.bucket,
      source,
      functionTimeLimit: TIME_LIMIT,
    });

    const ledger = ledgerTable(this, 'Ledger', destination.bucket);
    const versions = versionsTable(this, 'Versions', destination.bucket);

    const replicate = nodeFunction(this, 'Replicate', {
      functionName: subscriberName(destination.bucket),
      description: `Copies what changed in ${source.bucket} to ${destination.bucket}`,
      entry: 'functions/replicate/handler.ts',
      timeout: TIME_LIMIT,
      logLevel,
      environment: {
        SOURCE_BUCKET: source.bucket,
        SOURCE_ACCOUNT: source.account,
        SOURCE_REGION: source.region,
        DESTINATION_ACCOUNT: destination.account,
        ...(destination.storageClass !== undefined && { STORAGE_CLASS: destination.storageClass }),
        ...(destination.encryption === 'sse-s3' && { ENCRYPTION: 'AES256' }),
        ...(kmsKeyArn !== undefined && { ENCRYPTION: 'aws:kms', KMS_KEY_ARN: kmsKeyArn }),
        ...(mayExpire(destination) && { REPLICAS_MAY_EXPIRE: 'yes' }),
        INBOX_URL: inbox.queue.queueUrl,
        INBOX_VISIBILITY_SECONDS: String(inbox.visibilityTimeout.toSeconds()),
        FAILED_QUEUE_URL: inbox.failed.queueUrl,
        LEDGER_TABLE: ledger.tableName,
        VERSIONS_TABLE: versions.tableName,
        HISTORY_DAYS: String(destination.historyDays),
        LONG_COPY_STATE_MACHINE_ARN: longCopyArn(this, destination.bucket),
      },
      grants: replicateGrants(this, { source, destination, inbox, ledger, versions, kmsKeyArn }),
    });
    // Not the CDK's SqsEventSource: it would add grants of its own to the role.
    const mapping = replicate.addEventSourceMapping('FromInbox', {
      eventSourceArn: inbox.queue.queueArn,
      batchSize: 100,
      maxBatchingWindow: Duration.seconds(1),
      reportBatchItemFailures: true,
      maxConcurrency: destination.concurrency,
    });

    longCopy(this, 'LongCopy', { destinationBucket: destination.bucket, replicate, timeLimit: TIME_LIMIT, inbox });

    const observer = observerRole(this, 'Observer', {
      source,
      destination,
      inbox,
      ledger,
      canary: canary !== false,
    });

    restorerRole(this, 'Restorer', { source, destination, ledger, versions, rehearsed: rehearsal !== false });

    // From another account the state machine cannot be started: there the next nightly run is the backfill.
    if (destination.account === source.account) {
      new FirstRun(this, 'Backfill', {
        source,
        logLevel,
        destinationBucket: destination.bucket,
        parts: {
          inbox: inbox.queue.queueArn,
          subscription: inbox.subscription.ref,
          replicate: replicate.functionArn,
          observer: observer.roleId,
        },
        after: [inbox.subscription, mapping, observer],
      });
    }

    const visibilityMinutes = inbox.visibilityTimeout.toMinutes();
    for (const rule of destinationAlarms(this, { ...props, visibilityMinutes }))
      addAlarm(this, rule, { bucket: destination.bucket, topicArn: alarmsTopicArn(this, source) });

    new CfnOutput(this, 'InboxUrl', { value: inbox.queue.queueUrl });
  }
}

const TIME_LIMIT = Duration.minutes(10);
