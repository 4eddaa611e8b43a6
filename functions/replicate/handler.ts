import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Context, SQSBatchResponse } from 'aws-lambda';
import { dynamoLedger } from '../../shared/ledger/dynamo-ledger.ts';
import { metricDimensions } from '../../shared/metrics.ts';
import { METRICS_NAMESPACE } from '../../shared/names.ts';
import { harmless } from './harmless-ledger.ts';
import { answerLongCopy, type LongCopyAnswer } from './answer-long-copy.ts';
import { sqsInbox } from './inbox.ts';
import { readLongCopyEvent } from './long-copy-event.ts';
import { putAside } from './put-aside.ts';
import { readBatch, type Batch } from './read-batch.ts';
import { reportTo } from './report.ts';
import { settingsFrom } from './settings.ts';
import { settle } from './settle.ts';
import { worldFor } from './world.ts';

/** Left of the time limit for answering: what is still running by then is given up, and its messages come back. Half of it is for keys that are being cut off, an eighth for the ledger, as much for the queues. */
const RESERVE_MS = 10_000;

const NO_BATCH: Batch = { from: 'sqs', messages: [] };

const logger = new Logger({ serviceName: 'replicate' });

/**
 * The subscriber of one destination: converges every key named in a batch of messages from the inbox.
 *
 * Or goes on with a copy that the state machine of long copies brings back.
 *
 * @returns the messages that must be delivered again; or how far the long copy came.
 * @throws {TypeError} on an event that is neither SQS's nor SNS's nor the state machine's.
 * @throws {Error} what went wrong with a long copy; or if a key of an SNS event failed or is unclear. (SNS cannot be told
 * otherwise, and Lambda tries again within minutes, twice, which is sooner than a lost copy may land: one more reason for the
 * inbox.)
 */
export async function handler(event: unknown, context: Context): Promise<SQSBatchResponse | LongCopyAnswer> {
  const longCopy = readLongCopyEvent(event);
  const { from, messages } = longCopy === undefined ? readBatch(event) : NO_BATCH;
  const settings = settingsFrom(process.env);
  const metrics = new Metrics({ namespace: METRICS_NAMESPACE });
  // Powertools has a dimension `service` of its own, with which CloudWatch would take each for another metric than the alarms watch.
  metrics.clearDefaultDimensions();
  metrics.setDefaultDimensions(metricDimensions(settings.destination.name));
  logger.addContext(context);
  const report = reportTo({ logger, metrics }, settings.destination.name);
  const ledger = settings.ledger && harmless(dynamoLedger(settings.ledger), report);
  const time = context.getRemainingTimeInMillis();
  const reserve = Math.min(RESERVE_MS, time / 10);
  const givenUp = Date.now() + time - reserve;
  const timeout = (milliseconds: number) => AbortSignal.timeout(Math.max(1, Math.floor(milliseconds)));
  const [over, noted, end] = [
    timeout(time - reserve / 2),
    timeout(time - (3 * reserve) / 8),
    timeout(time - reserve / 4),
  ];
  const world = { ...worldFor(settings, time - reserve, report), ledger };
  const inbox = settings.inbox && sqsInbox(settings.inbox);
  const unrecorded = async () => (await ledger?.sendAgain(noted)) ?? new Set<never>();
  try {
    if (longCopy !== undefined) {
      try {
        return await answerLongCopy(longCopy, { world, report });
      } finally {
        await putAside(await unrecorded(), { inbox, report });
      }
    }
    const comeBack = await settle(messages, {
      sourceBucket: settings.source.name,
      world,
      inFlight: settings.inFlight,
      inbox,
      report,
      unrecorded,
      time: { left: () => givenUp - Date.now(), over, end },
    });
    if (from === 'sns' && comeBack.length > 0)
      throw new Error(`Cannot settle every key of ${comeBack.join(', ')}: see the log`);
    return { batchItemFailures: comeBack.map((itemIdentifier) => ({ itemIdentifier })) };
  } finally {
    metrics.publishStoredMetrics();
  }
}
