import type { DestinationMemory } from '../../functions/reconcile/destination-memory.ts';
import type { History } from '../../functions/reconcile/report/history.ts';
import type { Samples } from '../../functions/reconcile/plan.ts';
import type { Report } from '../../functions/reconcile/report/report.ts';
import { paths } from '../../functions/reconcile/run.ts';
import type { Request } from '../../functions/reconcile/run.ts';
import { total } from '../../functions/reconcile/tally.ts';
import type { Replicator } from '../../infra/config/replicator.ts';
import { parseArn } from '../../shared/topic/arn.ts';
import { discover } from '../../shared/topic/discover.ts';
import type { Files } from '../../shared/runs/files.ts';
import { subscriptionsTo } from '../../shared/topic/subscriptions-to.ts';
import { clientOptions } from '../aws/client-options.ts';
import type { Known, KnownDestination } from '../costs/estimate.ts';
import { estimatedTotal } from './estimated-total.ts';
import { explained } from '../aws/explained.ts';
import { readJson } from '../aws/read-json.ts';
import { sourceNow } from '../costs/source-now.ts';
import type { SourceNow } from '../costs/source-now.ts';
import { storageMetrics } from '../aws/storage-metrics.ts';
import type { DailyCount } from '../aws/storage-metrics.ts';
import { topicArnOf } from '../find/topic-arn.ts';
import { UsageError } from '../terminal/usage-error.ts';

interface Asked {
  readonly files: Files;
  readonly request: Request;
  readonly now: () => number;
}

/**
 * Looks up what is known before a run: what the last whole one saw, what S3 has counted since, who is subscribed now, and who was ever
 * compared to the end.
 *
 * @throws {UsageError}
 */
export async function whatIsKnown({ source, destinations }: Replicator, asked: Asked): Promise<Known> {
  const { files, request } = asked;
  return explained('find out what is known', {
    remedy: 'the credentials in use need s3:GetObject and s3:ListBucket on the reports bucket',
    async work() {
      const last = await lastWhole(files);
      const subscribed = await orNote(() => subscribedTo(source), undefined);
      const targets = targetsOf(destinations, subscribed.value).filter(
        ({ bucket }) => request.destination === undefined || bucket === request.destination,
      );
      const ofTargets = await Promise.all(targets.map((target) => ofDestination(target, { ...asked, last })));
      const size = await ofSource(source, { ...asked, last });
      return {
        source: source.bucket,
        prefix: request.prefix,
        ...size.value,
        destinations: ofTargets.map(({ value }, number) => ({
          ...value,
          far: targets[number]?.region !== source.region,
        })),
        verifyOnly: request.verifyOnly === true,
        notes: [
          ...new Set([
            ...subscribed.notes,
            ...targets.flatMap(({ note }) => note ?? []),
            ...size.notes,
            ...ofTargets.flatMap(({ notes }) => notes),
          ]),
        ],
      };
    },
  });
}

interface Noted<T> {
  readonly value: T;
  readonly notes: readonly string[];
}

/** An estimate does without what it may not read, and says so. */
async function orNote<T>(read: () => Promise<T>, otherwise: T): Promise<Noted<T>> {
  try {
    return { value: await read(), notes: [] };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { value: otherwise, notes: [`${error.message}. The estimate does without.`] };
  }
}

interface Target {
  readonly bucket: string;
  readonly region: string;
  readonly note?: string;
}

async function subscribedTo(source: Replicator['source']): Promise<readonly Target[]> {
  const topicArn = topicArnOf(source);
  const region = parseArn(topicArn)?.region ?? source.region;
  const subscriptions = await explained(`see which destinations are subscribed to ${topicArn}`, {
    remedy: 'the credentials in use need sns:ListSubscriptionsByTopic and sns:GetSubscriptionAttributes',
    work: () => subscriptionsTo(topicArn, region, clientOptions(region)),
  });
  return discover(subscriptions, { source, topicArn }).destinations;
}

/** Those of the configuration, and those that a run would find besides. */
function targetsOf(configured: readonly Target[], subscribed: readonly Target[] | undefined): readonly Target[] {
  if (subscribed === undefined) return configured;
  const isAmong = (some: readonly Target[], { bucket }: Target) => some.some((one) => one.bucket === bucket);
  return [
    ...configured.map(({ bucket, region }) => ({
      bucket,
      region,
      ...(!isAmong(subscribed, { bucket, region }) && {
        note: `${bucket} is not subscribed to the topic now: no run looks at it before its stack is deployed, which starts one.`,
      }),
    })),
    ...subscribed
      .filter((target) => !isAmong(configured, target))
      .map(({ bucket, region }) => ({
        bucket,
        region,
        note: `${bucket} is subscribed to the topic, so that runs look at it, and is not in the configuration.`,
      })),
  ];
}

/** The last report of a run that compared everything at all destinations. */
async function lastWhole(files: Files): Promise<Report | undefined> {
  const history = (await readJson<History>(files, paths.history)) ?? [];
  const complete = history.filter(({ status }) => status !== 'failed').toReversed();
  for (const { run } of complete.slice(0, REPORTS_READ)) {
    const report = await readJson<Report>(files, paths.report({ id: run }));
    if (report !== undefined && report.request.prefix === undefined && report.request.destination === undefined)
      return report;
  }
  return undefined;
}

const REPORTS_READ = 10;

async function ofDestination(
  { bucket, region }: Target,
  { files, last, now }: Asked & { readonly last: Report | undefined },
): Promise<Noted<Omit<KnownDestination, 'far'>>> {
  const memory = await readJson<DestinationMemory>(files, paths.destination(bucket));
  const report = last?.destinations.find((one) => one.bucket === bucket);
  const found = report && { objects: total(report.found), bytes: report.bytesFound };
  if (memory === undefined) return { value: { bucket, compared: false, found }, notes: [] };
  const { value: counts, notes } = await orNote<readonly DailyCount[]>(
    () => storageMetrics(bucket, { region, now: now() }),
    [],
  );
  // What the run has copied since is not in an older count.
  const newest = counts.find(({ at }) => at > Date.parse(memory.completedAt));
  return {
    value: { bucket, compared: true, found, ...(newest !== undefined && { held: newest.objects }) },
    notes,
  };
}

async function ofSource(
  { bucket, region }: Replicator['source'],
  { files, request, last, now }: Asked & { readonly last: Report | undefined },
): Promise<Noted<SourceNow>> {
  const { value: counts, notes } = await orNote<readonly DailyCount[]>(
    () =>
      storageMetrics(bucket, {
        region,
        now: now(),
        ...(last !== undefined && { since: Date.parse(last.startedAt) }),
      }),
    [],
  );
  const whole = sourceNow(last, counts);
  if (request.prefix === undefined) return { value: whole, notes };
  return { value: await shareOf(whole, { files, prefix: request.prefix }), notes };
}

/** A prefix's share of the objects, by the samples of the last run. */
async function shareOf(
  whole: SourceNow,
  { files, prefix }: { readonly files: Files; readonly prefix: string },
): Promise<SourceNow> {
  const samples = await readJson<Samples>(files, paths.samples);
  const then = estimatedTotal(samples, prefix);
  if (samples === undefined || then === undefined || whole.objects === undefined || samples.total === 0)
    return { objects: then, bytes: undefined, from: 'by the samples of the last run' };
  const share = then / samples.total;
  const objects = Math.round(share * whole.objects);
  const bytes = whole.bytes === undefined ? undefined : Math.round(share * whole.bytes);
  return { objects, bytes, from: `the share that the samples of the last run have, of ${whole.from}` };
}
