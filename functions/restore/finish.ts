import { paths } from './run.ts';
import type { Run, ShareStep } from './run.ts';
import { readPlan, readShare } from './plan.ts';
import { pageOf } from './report/report-page.ts';
import { mailOf } from './report/report-mail.ts';
import { reportOf } from './report/report.ts';
import type { Report, Remains } from './report/report.ts';
import type { Status } from './report/status.ts';
import type { Share } from './share.ts';
import type { World } from './world.ts';

/** Writes the report, and tells of it. A run that failed has one as well, which says so. */
export async function finish(
  world: World,
  run: Run,
  failure: Remains['failure'],
): Promise<{ readonly status: Status }> {
  const { files, settings, log, now } = world;
  const known = await files.read(paths.report(run));
  // Asked again, since its answer was lost.
  if (known !== undefined) return { status: reportIn(known.text).status };
  const plan = await readPlan(files, run);
  const report = reportOf({
    run,
    planned: plan !== undefined,
    restored: await shares(world, run, { step: 'restore', count: plan?.shares ?? 0 }),
    finished: await shares(world, run, { step: 'finish', count: plan?.finish ?? 0 }),
    failure,
    endedAt: new Date(now()).toISOString(),
  });
  await files.write(paths.page(run), pageOf(report, settings.reportsBucket));
  await files.write(paths.report(run), JSON.stringify(report, undefined, 2));
  log.info('report', { ...report, keys: report.keys.length });
  if (run.request.rehearsal === true) return { status: report.status };
  try {
    await world.tell(...mailOf(report, settings.reportsBucket));
  } catch (error) {
    // The report is what counts.
    log.error('no mail', { error: error instanceof Error ? error.message : String(error) });
  }
  return { status: report.status };
}

function reportIn(text: string): Report {
  return JSON.parse(text);
}

async function shares(
  { files }: World,
  run: Run,
  { step, count }: { readonly step: ShareStep; readonly count: number },
): Promise<(Share | undefined)[]> {
  const all: (Share | undefined)[] = [];
  for (let number = 0; number < count; number++) all.push(await readShare(files, run, { step, number }));
  return all;
}
