import { LambdaClient } from '@aws-sdk/client-lambda';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Destination } from '../../infra/config/replicator.ts';
import { dynamoLedgerSearch } from '../../shared/ledger/dynamo-ledger-search.ts';
import { failedQueueName, ledgerTableName, subscriberName } from '../../shared/names.ts';
import { pausedSince, queueDepth, queueUrl } from '../../shared/topic/queue.ts';
import { clientOptions } from '../aws/client-options.ts';
import { findMapping } from '../find/find-mapping.ts';
import type { DestinationFacts } from './facts.ts';
import { readActivity } from './read-activity.ts';
import { readAlarms } from './read-alarms.ts';
import { reading } from './reading.ts';

/** Looks at everything of a destination, each by itself: what cannot be read hides nothing else. */
export async function readDestination(
  { bucket, region }: Pick<Destination, 'bucket' | 'region'>,
  now: number,
): Promise<DestinationFacts> {
  const sqs = new SQSClient(clientOptions(region));
  const ledger = dynamoLedgerSearch(ledgerTableName(bucket), clientOptions(region));
  const depth = async (name: string) => queueDepth(sqs, await queueUrl(sqs, { name }));
  const [inbox, failed, feed, activity, trouble, alarms] = await Promise.all([
    reading(() => depth(subscriberName(bucket))),
    reading(() => depth(failedQueueName(bucket))),
    reading(async () => {
      const name = subscriberName(bucket);
      const mapping = await findMapping(new LambdaClient(clientOptions(region)), name);
      return { state: mapping?.state ?? 'Absent', pausedSince: await pausedSince(sqs, await queueUrl(sqs, { name })) };
    }),
    reading(() => readActivity({ bucket, region }, now)),
    reading(async () => ({
      failed: await ledger.count('failed', COUNT_TO),
      cannot: await ledger.count('cannot', COUNT_TO),
    })),
    reading(() => readAlarms({ bucket, region })),
  ]);
  return { bucket, region, inbox, failed, feed, activity, trouble, alarms };
}

/** Counting reads what it counts. */
const COUNT_TO = 10_000;
