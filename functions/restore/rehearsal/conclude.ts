import { resultOf } from './result.ts';
import { ageOf, readRehearsals } from './rehearsal-memory.ts';
import type { RehearsalMemory } from './rehearsal-memory.ts';
import type { Result } from './result.ts';
import { readChoosing } from './choosing.ts';
import { readComparing, readReport } from './compare-all.ts';
import type { Shown } from './judge.ts';
import { rehearsalPaths } from './rehearsal.ts';
import type { Rehearsal } from './rehearsal.ts';
import { mailOf } from './result-mail.ts';
import type { RehearsalWorld } from './world.ts';

/**
 * Writes down what the rehearsal has come to, remembers it of the destination, and tells of it: by metrics always, by mail only where it failed. A rehearsal
 * that broke off has a result as well, which says so.
 */
export async function conclude(
  world: RehearsalWorld,
  {
    rehearsal,
    startedAt,
    failure,
  }: { readonly rehearsal: Rehearsal; readonly startedAt: string } & Pick<Shown, 'failure'>,
): Promise<{ readonly succeeded: boolean }> {
  const { files, settings, log, now } = world;
  const known = await files.read(rehearsalPaths.result(rehearsal));
  // Asked again, since its answer was lost.
  if (known !== undefined) return { succeeded: resultIn(known.text).succeeded };
  const result = resultOf(rehearsal, {
    choosing: await readChoosing(world, rehearsal),
    report: await readReport(files, rehearsal),
    comparing: await readComparing(files, rehearsal),
    failure,
    startedAt,
    endedAt: new Date(now()).toISOString(),
  });
  log[result.succeeded ? 'info' : 'error']('rehearsal', { ...result, compared: result.compared.length });
  const memory = await remember(world, result);
  await world.putMetrics(rehearsal.from, {
    RehearsalSucceeded: result.succeeded ? 1 : 0,
    RehearsalObjects: result.objects,
    RehearsalBytes: result.bytes,
    RehearsalSeconds: result.seconds,
    RehearsalAge: ageOf(memory, now()),
  });
  if (!result.succeeded) {
    try {
      await world.tell(...mailOf(result, settings.reportsBucket));
    } catch (error) {
      // The result, and the alarm, are what counts.
      log.error('no mail', { error: error instanceof Error ? error.message : String(error) });
    }
  }
  await files.write(rehearsalPaths.result(rehearsal), JSON.stringify(result, undefined, 2));
  return { succeeded: result.succeeded };
}

function resultIn(text: string): Result {
  return JSON.parse(text);
}

async function remember({ files }: RehearsalWorld, result: Result): Promise<RehearsalMemory> {
  const { destination, token, startedAt, endedAt, succeeded, cause, chosen, objects, bytes, seconds } = result;
  const before = await readRehearsals(files, destination);
  const succeededAt = succeeded ? endedAt : before?.succeededAt;
  const memory: RehearsalMemory = {
    since: before?.since ?? startedAt,
    last: { token, startedAt, endedAt, succeeded, cause, chosen, objects, bytes, seconds },
    ...(succeededAt !== undefined && { succeededAt }),
  };
  await files.write(rehearsalPaths.memory(destination), JSON.stringify(memory));
  return memory;
}
