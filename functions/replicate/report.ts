import type { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import { ATTEMPT_METRICS } from '../../shared/metrics.ts';
import type { AttemptMetric } from '../../shared/metrics.ts';
import type { Outcome } from './attempt.ts';
import type { Report } from './settle.ts';

/** One log line for each key, and the metrics of the destination. Keys are never a dimension: each would be a metric of its own. */
export function reportTo(
  { logger, metrics }: { readonly logger: Logger; readonly metrics: Metrics },
  destination: string,
): Report {
  const measure = (metric: AttemptMetric, value = 1) => metrics.addMetric(metric, ATTEMPT_METRICS[metric], value);
  // Measured at every attempt, failures included: a destination that only fails is the one that is behind.
  const tell =
    (lagOfSuccess: 'Lag' | 'LongCopyLag'): Report['key'] =>
    ({ key, changedAt }, { outcome, reason, bytes, unclear, error, seen, scrubbed }, ms) => {
      const lag = changedAt === undefined ? undefined : Math.max(0, Date.now() - changedAt.getTime());
      measure(METRIC[outcome]);
      measure('Bytes', bytes);
      if (lag !== undefined) measure(outcome === 'failed' ? 'Lag' : lagOfSuccess, lag);
      if (scrubbed !== undefined) {
        measure('Scrubbed');
        measure('ScrubbedBytes', scrubbed.bytes);
        measure('ScrubDrift', scrubbed.drift ? 1 : 0);
      }
      const level = scrubbed?.drift === true ? 'error' : LEVEL[outcome];
      const { source, replica } = seen;
      logger[level](outcome, {
        key,
        destination,
        outcome,
        reason,
        bytes,
        ms,
        lag,
        // As in the event, the ledger and the answers of S3: what tells this state of the key from others.
        sourceETag: source?.etag,
        sourceVersion: source?.versionId,
        replicaVersion: replica?.versionId,
        unclear,
        scrubbed,
        error,
      });
    };
  return {
    key: tell('Lag'),
    longCopy: tell('LongCopyLag'),
    outOfTime({ notBegun, underWay, messages, oldest }) {
      measure('OutOfTime', notBegun + underWay);
      const lag = oldest === undefined ? undefined : Math.max(0, Date.now() - oldest.getTime());
      if (lag !== undefined) measure('Lag', lag);
      logger.warn('out of time', { destination, notBegun, underWay, messages, lag });
    },
    notUnderstood({ id, body }, why) {
      measure('NotUnderstood');
      logger.error('not understood', { messageId: id, destination, reason: why, body: body.slice(0, 1000) });
    },
    throttled() {
      measure('Throttled');
    },
    inboxRefused({ id }, error) {
      measure('InboxRefused');
      logger.warn('inbox refused', { messageId: id, destination, error });
    },
    ledgerFailed(key, error, lost) {
      measure('LedgerFailed');
      if (lost === 'record and history') measure('HistoryFailed');
      logger.warn('ledger failed', { key, destination, lost, error });
    },
    rulesLeftOut(reasons) {
      logger.warn('lifecycle rules left out', { destination, reasons });
    },
  };
}

const METRIC = {
  copied: 'Copied',
  same: 'Same',
  skipped: 'Skipped',
  cannot: 'Cannot',
  'handed-over': 'HandedOver',
  failed: 'Failed',
} as const satisfies Record<Outcome['outcome'], AttemptMetric>;

const LEVEL = {
  copied: 'info',
  same: 'info',
  skipped: 'info',
  cannot: 'warn',
  'handed-over': 'info',
  failed: 'error',
} as const satisfies Record<Outcome['outcome'], 'info' | 'warn' | 'error'>;
