import type { DestinationMemory } from '../functions/reconcile/destination-memory.ts';
import type { History } from '../functions/reconcile/report/history.ts';
import { time } from '../shared/report/in-words.ts';
import type { Samples } from '../functions/reconcile/plan.ts';
import type { Report } from '../functions/reconcile/report/report.ts';
import { paths } from '../functions/reconcile/run.ts';
import type { Request } from '../functions/reconcile/run.ts';
import { total } from '../functions/reconcile/tally.ts';
import type { Replicator } from '../infra/config.ts';
import type { Files } from '../shared/files.ts';
import type { Known, KnownDestination } from './estimate.ts';
import { estimatedTotal } from './estimated-total.ts';
import { explained } from './explained.ts';
import { readJson } from './read-json.ts';
import { storageMetrics } from './storage-metrics.ts';

/** Looks up what is known before a run: what the last whole one saw, else what S3 counts once a day. @throws {UsageError} */
export async function whatIsKnown(
  { source, destinations }: Replicator,
  { files, request, now }: { readonly files: Files; readonly request: Request; readonly now: () => number },
): Promise<Known> {
  return explained('find out what is known', {
    remedy: 'the credentials in use need s3:GetObject and s3:ListBucket on the reports bucket',
    async work() {
      const last = await lastWhole(files);
      const wanted = destinations.filter(
        ({ bucket }) => request.destination === undefined || bucket === request.destination,
      );
      const known = await Promise.all(
        wanted.map(async ({ bucket, region }) => ({
          ...(await ofDestination(bucket, { files, last })),
          far: region !== source.region,
        })),
      );
      return {
        source: source.bucket,
        prefix: request.prefix,
        ...(await ofSource(source, { files, request, last, now })),
        destinations: known,
        verifyOnly: request.verifyOnly === true,
      };
    },
  });
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
  bucket: string,
  { files, last }: { readonly files: Files; readonly last: Report | undefined },
): Promise<Omit<KnownDestination, 'far'>> {
  const memory = await readJson<DestinationMemory>(files, paths.destination(bucket));
  const report = last?.destinations.find((one) => one.bucket === bucket);
  const found = report && { objects: total(report.found), bytes: report.bytesFound };
  return { bucket, compared: memory !== undefined, found };
}

type Size = Pick<Known, 'objects' | 'bytes' | 'from'>;

async function ofSource(
  { bucket, region }: Replicator['source'],
  {
    files,
    request,
    last,
    now,
  }: {
    readonly files: Files;
    readonly request: Request;
    readonly last: Report | undefined;
    readonly now: () => number;
  },
): Promise<Size> {
  const whole: Size =
    last === undefined
      ? await storageMetrics(bucket, { region, now: now() })
      : {
          objects: last.source.keys,
          bytes: last.source.bytes,
          from: `counted by the run of ${time(last.startedAt)}`,
        };
  if (request.prefix === undefined) return whole;
  const objects = estimatedTotal(await readJson<Samples>(files, paths.samples), request.prefix);
  if (objects === undefined || whole.objects === undefined || whole.bytes === undefined || whole.objects === 0)
    return { objects, bytes: undefined, from: 'by the samples of the last run' };
  const bytes = Math.round((whole.bytes * objects) / whole.objects);
  return { objects, bytes, from: 'by the samples of the last run, and the average size of all objects' };
}
