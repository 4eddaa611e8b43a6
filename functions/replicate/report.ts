import type { Logger } from '@aws-lambda-powertools/logger';
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import { CHECK_METRICS } from '../../shared/check-metrics.ts';
import type { Outcome } from './converge.ts';
import type { Report } from './settle.ts';

/** One log line for each key, and the metrics of the destination. Keys are never a dimension: each would be a metric of its own. */
export function reportTo(
  { logger, metrics }: { readonly logger: Logger; readonly metrics: Metrics },
  destination: string,
): Report {
  return {
    key({ key, changedAt }, { outcome, reason, bytes, unclear, error, scrubbed }, ms) {
      // Measured at every attempt, failures included: a destination that only fails is the one that is behind.
      const lag = changedAt === undefined ? undefined : Math.max(0, Date.now() - changedAt.getTime());
      metrics.addMetric(METRIC[outcome], MetricUnit.Count, 1);
      metrics.addMetric('Bytes', MetricUnit.Bytes, bytes);
      if (lag !== undefined) metrics.addMetric('Lag', MetricUnit.Milliseconds, lag);
      if (scrubbed !== undefined) {
        metrics.addMetric(CHECK_METRICS.scrubbed, MetricUnit.Count, 1);
        metrics.addMetric(CHECK_METRICS.scrubbedBytes, MetricUnit.Bytes, scrubbed.bytes);
        metrics.addMetric(CHECK_METRICS.scrubDrift, MetricUnit.Count, scrubbed.drift ? 1 : 0);
      }
      const level = scrubbed?.drift === true ? 'error' : LEVEL[outcome];
      logger[level](outcome, { key, destination, outcome, reason, bytes, ms, lag, unclear, scrubbed, error });
    },
    notUnderstood({ id, body }, why) {
      metrics.addMetric('NotUnderstood', MetricUnit.Count, 1);
      logger.error('not understood', { messageId: id, destination, reason: why, body: body.slice(0, 1000) });
    },
    inboxRefused({ id }, error) {
      logger.warn('inbox refused', { messageId: id, destination, error });
    },
    ledgerFailed(key, error) {
      metrics.addMetric('LedgerFailed', MetricUnit.Count, 1);
      logger.warn('ledger failed', { key, destination, error });
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
} as const satisfies Record<Outcome['outcome'], string>;

const LEVEL = {
  copied: 'info',
  same: 'info',
  skipped: 'info',
  cannot: 'warn',
  'handed-over': 'info',
  failed: 'error',
} as const satisfies Record<Outcome['outcome'], 'info' | 'warn' | 'error'>;
