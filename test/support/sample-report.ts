import type { History } from '../../functions/reconcile/report/history.ts';
import { withReport } from '../../functions/reconcile/report/history.ts';
import type { DestinationReport, Report } from '../../functions/reconcile/report/report.ts';

export const REPORTS_BUCKET = 'photos-reports';

/** A destination at which all was equal. */
export function sampleDestination(differently: Partial<DestinationReport> = {}): DestinationReport {
  return {
    bucket: 'photos-eu',
    region: 'eu-west-1',
    status: 'equal',
    compared: 1_234_567,
    equal: 1_234_567,
    explained: 0,
    found: { missed: 0, stale: 0, rewritten: 0 },
    bytesFound: 0,
    repaired: { missed: 0, stale: 0, rewritten: 0 },
    bytesRepaired: 0,
    same: 0,
    gone: 0,
    young: 0,
    extra: 0,
    cannot: {},
    knownCannot: 0,
    failed: {},
    underWay: {},
    unread: 0,
    ...differently,
  };
}

const RUN = '2026-11-21T01-00-00Z-1a2b3c4d';

/** A run by which all was found equal in three destinations. */
export function sampleReport(differently: Partial<Report> = {}): Report {
  return {
    version: 1,
    run: RUN,
    trigger: 'schedule',
    pass: 1,
    request: { trigger: 'schedule' },
    startedAt: '2026-11-21T01:00:00.123Z',
    endedAt: '2026-11-21T01:04:12.456Z',
    seconds: 252,
    status: 'equal',
    source: { bucket: 'photos', keys: 1_234_567, bytes: 3.2 * 1024 ** 4 },
    destinations: ['photos-eu', 'photos-dr', 'photos-us'].map((bucket) =>
      sampleDestination({ bucket, provedEqualAsOf: '2026-11-21T01:00:04.000Z' }),
    ),
    problems: [],
    requests: 5012,
    keys: [],
    ...differently,
  };
}

/** Differences of every kind at one destination. */
export const differing = sampleDestination({
  bucket: 'photos-dr',
  region: 'us-west-2',
  status: 'differs',
  equal: 1_232_599,
  explained: 41,
  found: { missed: 983, stale: 980, rewritten: 5 },
  bytesFound: 1.4 * 1024 ** 3,
  repaired: { missed: 971, stale: 980, rewritten: 5 },
  bytesRepaired: 1.3 * 1024 ** 3,
  same: 2,
  gone: 1,
  young: 7,
  extra: 493,
  cannot: { archived: 3, 'SSE-C': 1 },
  failed: { 'Cannot copy "…" to "…": AccessDenied: not authorized to perform kms:Decrypt': 4 },
  underWay: { 'it waits in the inbox': 7, 'a long copy is being made': 1 },
  inbox: 'out of patience',
});

/** Runs of the nights before. */
export function sampleHistory(report: Report, nights: number): History {
  const days = Array.from({ length: nights - 1 }, (_, at) => nights - 1 - at);
  const before = days.reduce<History>((history, ago) => {
    const startedAt = new Date(Date.parse(report.startedAt) - ago * 86_400_000).toISOString();
    const found = ago % 5 === 0 ? ago * ago : ago % 3;
    const left = ago % 10 === 0 ? 4 : 0;
    return withReport(
      history,
      sampleReport({
        run: `${startedAt.slice(0, 10)}T01-00-00Z-00000000`,
        startedAt,
        seconds: 220 + ((ago * 37) % 60),
        status: ago === 12 ? 'failed' : left > 0 ? 'differs' : 'equal',
        source: { bucket: 'photos', keys: 1_234_567 - ago * 9_000, bytes: 1 },
        destinations: [
          sampleDestination({
            found: { missed: found, stale: 0, rewritten: 0 },
            repaired: { missed: Math.max(0, found - left), stale: 0, rewritten: 0 },
            failed: left > 0 ? { why: left } : {},
          }),
        ],
      }),
    );
  }, []);
  return withReport(before, report);
}
