import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Context, SQSBatchResponse } from 'aws-lambda';
import { dynamoLedger } from '../../shared/dynamo-ledger.ts';
import { harmless } from './harmless-ledger.ts';
import { sqsInbox } from './inbox.ts';
import { readBatch } from './read-batch.ts';
import { reportTo } from './report.ts';
import { settingsFrom } from './settings.ts';
import { settle } from './settle.ts';
import { worldFor } from './world.ts';

/** Left of the time limit for answering: what is still running by then is given up, and its messages come back. */
const RESERVE_MS = 10_000;

const logger = new Logger({ serviceName: 'replicate' });

/**
 * The subscriber of one destination: converges every key named in a batch of messages from the inbox.
 *
 * @returns the messages that must be delivered again.
 * @throws {TypeError} on an event that is neither SQS's nor SNS's; {Error} if a key of an SNS event failed or is unclear. (SNS
 * cannot be told otherwise, and Lambda tries again within minutes, twice, which is sooner than a lost copy may land: one more
 * reason for the inbox.)
 */
export async function handler(event: unknown, context: Context): Promise<SQSBatchResponse> {
  const { from, messages } = readBatch(event);
  const settings = settingsFrom(process.env);
  const metrics = new Metrics({
    namespace: 'S3FanoutReplicator',
    serviceName: 'replicate',
    defaultDimensions: { destination: settings.destination.name },
  });
  logger.addContext(context);
  const report = reportTo({ logger, metrics }, settings.destination.name);
  const ledger = settings.ledger && harmless(dynamoLedger(settings.ledger), report);
  const time = context.getRemainingTimeInMillis();
  try {
    const comeBack = await settle(messages, {
      sourceBucket: settings.source.name,
      world: { ...worldFor(settings, time - Math.min(RESERVE_MS, time / 10)), ledger },
      inFlight: settings.inFlight,
      inbox: settings.inbox && sqsInbox(settings.inbox),
      report,
    });
    if (from === 'sns' && comeBack.length > 0)
      throw new Error(`Cannot settle every key of ${comeBack.join(', ')}: see the log`);
    return { batchItemFailures: comeBack.map((itemIdentifier) => ({ itemIdentifier })) };
  } finally {
    metrics.publishStoredMetrics();
  }
}
