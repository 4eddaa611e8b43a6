import { SQSClient } from '@aws-sdk/client-sqs';
import { heldIn } from '../../functions/reconcile/lock.ts';
import type { Lock } from '../../functions/reconcile/lock.ts';
import type { DestinationMemory } from '../../functions/reconcile/destination-memory.ts';
import { discover } from '../../shared/topic/discover.ts';
import type { History } from '../../functions/reconcile/report/history.ts';
import { paths } from '../../functions/reconcile/run.ts';
import type { Replicator } from '../../infra/config/replicator.ts';
import { parseArn } from '../../shared/topic/arn.ts';
import type { Files } from '../../shared/runs/files.ts';
import { bucketOfSubscriber, undeliveredQueueName } from '../../shared/names.ts';
import { queueDepth, queueUrl } from '../../shared/topic/queue.ts';
import { s3Files } from '../../shared/s3/s3-files.ts';
import { subscriptionsTo } from '../../shared/topic/subscriptions-to.ts';
import type { Subscription } from '../../shared/topic/subscriptions-to.ts';
import { bucketClient } from '../aws/bucket-client.ts';
import { clientOptions } from '../aws/client-options.ts';
import { readJson } from '../aws/read-json.ts';
import { findReconcileStack } from '../find/reconcile-stack.ts';
import type { ReconcileStack } from '../find/reconcile-stack.ts';
import { topicArnOf } from '../find/topic-arn.ts';
import type { RunFacts, SourceFacts, TopicFacts } from './facts.ts';
import { readAlarms } from './read-alarms.ts';
import { lastRehearsals } from './read-rehearsals.ts';
import { readEvents } from './read-events.ts';
import { isUnread, reading } from './reading.ts';
import type { Reading } from './reading.ts';

/** All that is of the source, and not of one destination. The addresses follow, as they need to know the alarms of all. */
export async function readSource(
  replicator: Replicator,
  { stack }: { readonly stack: Promise<Reading<ReconcileStack>> },
): Promise<Omit<SourceFacts, 'addresses'>> {
  const { source, destinations, rehearsal } = replicator;
  const { bucket, region } = source;
  const sqs = new SQSClient(clientOptions(region));
  const [undelivered, topic, events, runs, alarms, rehearsals] = await Promise.all([
    reading(async () => queueDepth(sqs, await queueUrl(sqs, { name: undeliveredQueueName(bucket) }))),
    reading(() => readTopic(source)),
    reading(() => readEvents(source)),
    readRuns(source, { destinations, stack: await stack }),
    reading(() => readAlarms({ bucket, region })),
    rehearsal === false ? undefined : reading(() => lastRehearsals(replicator)),
  ]);
  return { bucket, region, undelivered, topic, events, runs, alarms, ...(rehearsals && { rehearsals }) };
}

export function readStack(source: Replicator['source']): Promise<Reading<ReconcileStack>> {
  return reading(() => findReconcileStack(source));
}

async function readTopic(source: Replicator['source']): Promise<TopicFacts> {
  const topicArn = topicArnOf(source);
  const region = parseArn(topicArn)?.region ?? source.region;
  const subscriptions = await subscriptionsTo(topicArn, region, clientOptions(region));
  const pending = subscriptions.filter(({ arn, protocol }) => arn === 'PendingConfirmation' && protocol === 'sqs');
  const bucketOf = ({ endpoint }: Subscription) => bucketOfSubscriber(parseArn(endpoint)?.resource ?? endpoint);
  return {
    confirmed: discover(subscriptions, { source, topicArn }).destinations.map(({ bucket }) => bucket),
    pending: pending.map(bucketOf),
    filtered: subscriptions.filter(({ filtered }) => filtered === true).map(bucketOf),
  };
}

async function readRuns(
  { account, region }: Replicator['source'],
  {
    destinations,
    stack,
  }: { readonly destinations: Replicator['destinations']; readonly stack: Reading<ReconcileStack> },
): Promise<Reading<RunFacts>> {
  if (isUnread(stack)) return stack;
  const client = bucketClient(region, { attempts: 3, sockets: 16 });
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const files = s3Files({ name: stack.reportsBucket, owner: account, client, signal });
  return reading(() => runsIn(files, destinations));
}

const PATIENCE_MS = 60_000;

async function runsIn(files: Files, destinations: Replicator['destinations']): Promise<RunFacts> {
  const [history, lock, memories] = await Promise.all([
    readJson<History>(files, paths.history),
    readJson<Lock>(files, paths.lock),
    Promise.all(
      destinations.map(async ({ bucket }) => {
        const memory = await readJson<DestinationMemory>(files, paths.destination(bucket));
        return memory === undefined ? [] : [[bucket, memory] as const];
      }),
    ),
  ]);
  const last = history?.at(-1);
  return {
    last: last && {
      run: last.run,
      startedAt: last.startedAt,
      status: last.status,
      found: Object.fromEntries(last.destinations.map(({ bucket, found }) => [bucket, found])),
    },
    underWay:
      heldIn(lock ?? {})
        .map(({ run }) => run.id)
        .join(', ') || undefined,
    destinations: Object.fromEntries(
      memories
        .flat()
        .map(([bucket, { completedAt, provedEqualAsOf }]) => [bucket, { completedAt, provedEqualAsOf }] as const),
    ),
  };
}
