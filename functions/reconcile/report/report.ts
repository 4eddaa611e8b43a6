import { whatDoesNotAddUp } from './adds-up.ts';
import { UNSENT, whyWithheld } from '../nominate.ts';
import type { Nomination } from '../nominate.ts';
import type { Plan } from '../plan.ts';
import type { LeftOut, Request, Run } from '../run.ts';
import { isGivenUp } from '../share.ts';
import type { ShareSummary } from '../share.ts';
import type { Settling } from '../settle.ts';
import type { ScrubNomination } from '../send-scrubs.ts';
import { newScrubTally, newSweepTally, newVerifyTally, sumOf, total } from '../tally.ts';
import type { Cause, Facts, SweepTally, VerifyTally } from '../tally.ts';

/**
 * What a run found and did, for people and programs: `report.json`. Counts are of objects, sizes in bytes, times ISO 8601 in UTC.
 * Fields may be added; none is renamed or removed.
 */
export interface Report {
  readonly version: 1;
  readonly run: string;
  readonly trigger: Request['trigger'];
  readonly pass: number;
  readonly request: Request;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly seconds: number;
  /**
   * `equal`: all that was compared is equal or was repaired; `differs`: something is not, or not yet; `failed`: not everything
   * could be compared, whatever was found.
   */
  readonly status: Status;
  readonly source: { readonly bucket: string; readonly keys: number; readonly bytes: number };
  readonly destinations: readonly DestinationReport[];
  /** Destinations that were not looked at, as another run had them; which. */
  readonly leftOut?: readonly LeftOut[];
  /** What went wrong, in sentences. */
  readonly problems: readonly string[];
  /** Pages of listings that were read. */
  readonly requests: number;
  /** Where the lists of keys are, one line of JSON each: repaired, failed, extra … */
  readonly keys: readonly string[];
}

export type Status = 'equal' | 'differs' | 'failed';

export interface DestinationReport {
  readonly bucket: string;
  readonly region: string;
  readonly status: Status;
  /** Objects of the source that were looked for here. */
  readonly compared: number;
  /** Of those, equal at once; and how many of these the ledger had to explain. */
  readonly equal: number;
  readonly explained: number;
  /** What the event path had left behind, by cause. */
  readonly found: Readonly<Record<Cause, number>>;
  readonly bytesFound: number;
  readonly repaired: Readonly<Record<Cause, number>>;
  readonly bytesRepaired: number;
  /** Seemed to differ; their contents were compared, and are equal. */
  readonly same: number;
  /** Left the source while the run was on. */
  readonly gone: number;
  /** Differ, but changed since they were looked at, so that the event path may be about to settle it. */
  readonly young: number;
  /** Not here any more, as the lifecycle of the destination has expired them. They are not brought back. */
  readonly expired?: number;
  /** How many of those were among what was found, as they were taken for missing first. */
  readonly expiredFound?: number;
  /** Differed when they were listed first, but had changed so lately that events may have been about to settle it: no drift. Absent in reports of older versions, as what follows. */
  readonly youngFound?: number;
  /** Of those, equal in the end: the replica was written since, by events or by this run; or it was not. */
  readonly youngRepaired?: number;
  readonly youngSame?: number;
  /** Of what was found, how many turned out to be no drift: the same, expired, or impossible to copy. */
  readonly notDrift?: number;
  /** Of what this run ended with, how many came to differ only after they were listed first. */
  readonly appeared?: number;
  /** Differed, and could not be listed again: what became of them is not known. Only where the run failed. */
  readonly notListedAgain?: number;
  /** Only here. They stay: the source may have removed them by mistake. */
  readonly extra: number;
  /** By reason. */
  readonly cannot: Readonly<Record<string, number>>;
  /** How many of those the ledger knew from before; they are not among what was found. */
  readonly knownCannot: number;
  /** Of those, by reason, what was not looked at again, as nothing has changed since it was found out. */
  readonly knownFacts?: Readonly<Record<string, Facts>>;
  readonly failed: Readonly<Record<string, number>>;
  readonly underWay: Readonly<Record<string, number>>;
  /** Every object of the source of that moment is here, except those that cannot be copied and those that have expired here. */
  readonly provedEqualAsOf?: string;
  /** Keys whose ledger entries could not be read: they were taken for different. */
  readonly unread: number;
  /** Why nothing was repaired here. */
  readonly withheld?: string;
  readonly inbox?: string;
  /** The nightly comparison of contents, where there is one. */
  readonly scrub?: ScrubReport;
}

/** Equal objects that had their turn to be compared by more than listings. */
export interface ScrubReport {
  readonly chosen: number;
  /** As large as those were, as listed, that were sent to be read. */
  readonly bytes: number;
  readonly byBytes: number;
  readonly byChecksums: number;
  /** Found to differ behind equal ETags, and copied again. */
  readonly drift: number;
  /** Found to differ because the source has gone bad: not copied. */
  readonly damagedSource: number;
  readonly notCompared: Readonly<Record<string, number>>;
  /** Left out, as they would have been too many bytes. */
  readonly left: number;
  /** Sent, and not done by the end of the run; or changed meanwhile. */
  readonly waiting: number;
}

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
const MOST_NAMES = 200;

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

function isJudged({ swept, verified }: Pick<Remains, 'swept' | 'verified'>, to: number): boolean {
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

function sourceOf(swept: Remains['swept']): { readonly keys: number; readonly bytes: number } {
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
