import { whatDoesNotAddUp } from './adds-up.ts';
import { UNSENT, whyWithheld } from '../nomination.ts';
import type { Nomination, ScrubNomination } from '../nomination.ts';
import type { Plan } from '../run-plan.ts';
import type { Run } from '../run.ts';
import { isGivenUp } from '../share.ts';
import type { ShareSummary } from '../share.ts';
import type { Settling } from '../settling.ts';
import { newScrubTally, newSweepTally, newVerifyTally, sumOf, total } from '../tally.ts';
import type { Facts, SweepTally, VerifyTally } from '../tally.ts';
import type { Report, Status, DestinationReport, ScrubReport } from './report.ts';

/** All that the steps of a run have left behind. */
export interface Remains {
  readonly run: Run;
  readonly source: { readonly bucket: string };
  readonly plan: Plan | undefined;
  readonly swept: readonly (ShareSummary<SweepTally> | undefined)[];
  readonly nomination: Nomination | undefined;
  readonly settling: Settling;
  readonly verified: readonly (ShareSummary<VerifyTally> | undefined)[];
  /** The step that failed, if one did. */
  readonly failure: { readonly step: string; readonly cause: string } | undefined;
  readonly endedAt: string;
}

/** Names of files in a report; all of them are in the folder `keys/` of the run. */
export const MOST_NAMES = 200;

/** Adds up a run. Pure. */
export function reportOf(remains: Remains): Report {
  const { run, source, plan, swept, verified, endedAt } = remains;
  const general = problemsOf(remains);
  const complete = general.length === 0;
  const all = plan?.destinations ?? [];
  const own = all.map(({ bucket }, to) => problemsAt(remains, { bucket, to }));
  const counted = all.map(({ bucket, region }, to) =>
    destinationReport(remains, { bucket, region, to, complete: complete && own[to]?.length === 0 }),
  );
  const { keys } = sourceOf(swept);
  const wrong = counted.map((one, to) => (isJudged(remains, to) ? whatDoesNotAddUp(one, keys) : []));
  const destinations = counted.map((one, to) => (wrong[to]?.length === 0 ? one : doubtful(one)));
  const problems = [...(plan?.problems ?? []), ...general, ...own.flat(), ...wrong.flat()];
  const shares = [...swept, ...verified].filter((share) => share !== undefined);
  return {
    version: 1,
    run: run.id,
    trigger: run.request.trigger,
    pass: run.pass,
    request: run.request,
    startedAt: run.startedAt,
    endedAt,
    seconds: Math.round((Date.parse(endedAt) - Date.parse(run.startedAt)) / 1000),
    status: problems.length > 0 ? 'failed' : worst(destinations),
    source: { bucket: source.bucket, ...sourceOf(swept) },
    destinations,
    ...(run.leftOut !== undefined && { leftOut: run.leftOut }),
    problems,
    requests: shares.reduce((sum, { requests }) => sum + requests, 0),
    keys: shares.flatMap(({ keys }) => keys).slice(0, MOST_NAMES),
  };
}

/** Destinations of which nobody can say whether their counts add up, as a version that did not count all of it began the run. */
export function notJudged(remains: Remains): readonly string[] {
  const all = remains.plan?.destinations ?? [];
  return all.filter((_, to) => !isJudged(remains, to)).map(({ bucket }) => bucket);
}

export function isJudged({ swept, verified }: Pick<Remains, 'swept' | 'verified'>, to: number): boolean {
  return (
    tallies(swept, to).every(({ compared }) => compared !== undefined) &&
    tallies(verified, to).every(({ appeared }) => appeared !== undefined)
  );
}

/** Where the counts are wrong, nothing that they say is proved. */
function doubtful(counted: DestinationReport): DestinationReport {
  const { provedEqualAsOf: _, ...destination } = counted;
  return { ...destination, status: 'failed' };
}

/** What keeps the whole from being complete. */
function problemsOf(remains: Remains): readonly string[] {
  const { plan, swept, nomination, verified, failure } = remains;
  const stopped = failure === undefined ? [] : [`The step "${failure.step}" failed: ${failure.cause}`];
  return [
    // Planning ends by failing where there is nothing to compare, which the plan says better.
    ...(plan !== undefined && plan.destinations.length === 0 ? [] : stopped),
    ...(failure === undefined ? skipped({ plan, nomination }) : []),
    ...nothingThere(remains),
    ...unfinished(swept, { what: 'listed', of: plan?.shares ?? 0 }),
    ...unfinished(verified, { what: 'listed again', of: nomination?.toVerify ?? 0 }),
  ];
}

/** Who asks for a part that has no key has mistyped it, or has lost it: that is no success. */
function nothingThere({ run, source, plan, swept, failure }: Remains): readonly string[] {
  const { prefix } = run.request;
  const wasListed = failure === undefined && (plan?.destinations.length ?? 0) > 0;
  if (prefix === undefined || !wasListed || !swept.every((share) => share?.complete === true)) return [];
  if (sourceOf(swept).keys > 0) return [];
  return [`No key of "${source.bucket}" begins with "${prefix}", so that nothing was compared`];
}

/** A step that left nothing behind was not done, even if nobody says that it failed. */
function skipped({ plan, nomination }: Pick<Remains, 'plan' | 'nomination'>): readonly string[] {
  if (plan === undefined) return ['The run has no plan, so that nothing was compared'];
  if (plan.destinations.length > 0 && nomination?.toVerify === undefined)
    return ['What differs was not sent to the destinations, nor listed again'];
  return [];
}

/** What keeps one destination from being complete, and no other. */
function problemsAt(
  { swept, nomination, verified }: Remains,
  { bucket, to }: { readonly bucket: string; readonly to: number },
): readonly string[] {
  const unlisted = [...swept, ...verified].find((share) => share !== undefined && isGivenUp(share, to));
  const withheld = nomination === undefined ? undefined : whyWithheld(nomination, bucket);
  return [
    ...(unlisted === undefined ? [] : [`"${bucket}" could not be listed to its end: ${unlisted.trouble[to]?.why}`]),
    ...(withheld?.startsWith(UNSENT) === true ? [`Nothing could be sent to "${bucket}": ${withheld}`] : []),
  ];
}

/** A share without a result is not an empty one. */
function unfinished(
  shares: readonly (ShareSummary<unknown> | undefined)[],
  { what, of }: { readonly what: string; readonly of: number },
): readonly string[] {
  const missing = of - shares.filter((share) => share?.complete === true).length;
  if (missing === 0) return [];
  const why = new Set(shares.flatMap((share) => share?.failure ?? []));
  const because = why.size > 0 ? `: ${[...why].slice(0, 3).join('; ')}` : '';
  return [`${missing} of ${of} shares of the keys were not ${what} to their end${because}`];
}

export function sourceOf(swept: Remains['swept']): { readonly keys: number; readonly bytes: number } {
  let [keys, bytes] = [0, 0];
  for (const share of swept) {
    keys += share?.source.keys ?? 0;
    bytes += share?.source.bytes ?? 0;
  }
  return { keys, bytes };
}

function destinationReport(
  remains: Remains,
  {
    bucket,
    region,
    to,
    complete,
  }: { readonly bucket: string; readonly region: string; readonly to: number; readonly complete: boolean },
): DestinationReport {
  const { swept, verified, nomination, settling } = remains;
  const sweeps = tallies(swept, to);
  const sweep = sweeps.reduce<SweepTally>(sumOf, newSweepTally());
  const verify = tallies(verified, to).reduce<VerifyTally>(sumOf, newVerifyTally());
  const differing = total(verify.failed) + total(verify.underWay);
  const proved = differing === 0 && complete ? provedAsOf(remains, verify) : undefined;
  const withheld = nomination === undefined ? undefined : whyWithheld(nomination, bucket);
  const inbox = Object.hasOwn(settling, bucket) ? settling[bucket]?.over : undefined;
  const scrub = scrubReport(nomination?.scrub?.[to], sweep, verify);
  const { facts = {}, compared: looked = 0 } = sweep;
  // Of shares that an older version began it is not known: the sum of the others would be too small.
  const compared = sweeps.every((one) => one.compared !== undefined) ? looked : sourceOf(swept).keys;
  const known = Object.values(facts).reduce((sum, { objects }) => sum + objects, 0);
  const { youngRepaired = 0, youngSame = 0, appeared = 0, expired: expiredFound = 0 } = verify;
  const differed = total(sweep.found) + sweep.young + (sweep.cannot - known) + appeared;
  const told =
    [verify.repaired, verify.cannot, verify.failed, verify.underWay].reduce((sum, counts) => sum + total(counts), 0) +
    (verify.same + verify.gone + verify.young + youngRepaired + youngSame + expiredFound);
  return {
    bucket,
    region,
    status: complete ? (differing === 0 ? 'equal' : 'differs') : 'failed',
    compared,
    equal: sweep.equal,
    explained: sweep.explained,
    found: sweep.found,
    bytesFound: sweep.bytesFound,
    repaired: verify.repaired,
    bytesRepaired: verify.bytesRepaired,
    same: verify.same,
    gone: verify.gone,
    young: verify.young,
    youngFound: sweep.young,
    youngRepaired,
    youngSame,
    notDrift: verify.notDrift ?? 0,
    appeared,
    // What is wrong where the run is complete.
    ...(!complete && isJudged(remains, to) && differed > told && { notListedAgain: differed - told }),
    expired: (sweep.expired ?? 0) + expiredFound,
    expiredFound,
    extra: sweep.extra,
    cannot: withFacts(verify.cannot, facts),
    knownCannot: sweep.cannot,
    ...(known > 0 && { knownFacts: facts }),
    failed: verify.failed,
    underWay: verify.underWay,
    unread: sweep.unread + verify.unread,
    ...(proved !== undefined && { provedEqualAsOf: proved }),
    ...(withheld !== undefined && { withheld }),
    ...(inbox !== undefined && { inbox }),
    ...(scrub !== undefined && { scrub }),
  };
}

function withFacts(
  cannot: Readonly<Record<string, number>>,
  facts: Readonly<Record<string, Facts>>,
): Readonly<Record<string, number>> {
  const all = { ...cannot };
  for (const [reason, { objects }] of Object.entries(facts)) all[reason] = (all[reason] ?? 0) + objects;
  return all;
}

function scrubReport(
  nominated: ScrubNomination | undefined,
  { scrub: swept }: SweepTally,
  { scrub: tally = newScrubTally() }: VerifyTally,
): ScrubReport | undefined {
  if (nominated === undefined) return undefined;
  const { bytes: byBytes, checksums: byChecksums, drift, damagedSource, notCompared } = tally;
  const done = byBytes + byChecksums + drift + damagedSource + total(notCompared);
  return {
    chosen: swept?.objects ?? 0,
    bytes: nominated.bytes,
    byBytes,
    byChecksums,
    drift,
    damagedSource,
    notCompared,
    left: nominated.left,
    waiting: Math.max(0, nominated.sent - done),
  };
}

function tallies<Tally>(shares: readonly (ShareSummary<Tally> | undefined)[], to: number): readonly Tally[] {
  return shares.flatMap((share) => share?.tallies[to] ?? []);
}

/** The oldest beginning of the listings that proved it. What differed then was equal at a later moment, or is `unproved`. */
function provedAsOf({ run, swept }: Pick<Remains, 'run' | 'swept'>, { unproved }: VerifyTally): string | undefined {
  if (run.request.prefix !== undefined || unproved > 0) return undefined;
  return swept.flatMap((share) => share?.startedAt ?? []).toSorted()[0];
}

function worst(destinations: readonly DestinationReport[]): Status {
  if (destinations.some(({ status }) => status === 'failed')) return 'failed';
  return destinations.some(({ status }) => status === 'differs') ? 'differs' : 'equal';
}
