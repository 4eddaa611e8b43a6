import type { ObjectKey } from '../../shared/objects/object-key.ts';
import type { LedgerEntry } from '../../shared/ledger/ledger.ts';
import { behind } from './behind.ts';
import { differencePages } from './difference.ts';
import type { DifferenceAt } from './difference.ts';
import { EXPIRED } from '../../shared/decide.ts';
import { askExpiry } from './expiry-answers.ts';
import type { ExpiryAnswers } from './expiry-answers.ts';
import { askLedgers } from './ledger-answers.ts';
import type { LedgerAnswers } from './ledger-answers.ts';
import { sideOf } from './merge.ts';
import { whyWithheld } from './nomination.ts';
import type { Verified } from './nomination.ts';
import { minutesOf, youngSince } from './young-since.ts';
import { paths } from './run.ts';
import { counted, isGivenUp, listedAs, rest, tallyOf } from './share.ts';
import type { RangeProgress } from './share.ts';
import { causeOf, countReason } from './tally.ts';
import type { VerifyTally } from './tally.ts';
import { isDoubtful, isExplained, isFact, replicaAt, textsAt, verdictOf } from './verdict.ts';
import type { Verdict } from './verdict.ts';
import { verifyScrubs } from './verify-scrubs.ts';
import { workOnShare } from './work-on-share.ts';
import type { RangeWork, ShareWork } from './work-on-share.ts';
import type { World } from './world.ts';

/** Lists again what differed, and finds out what became of it. @returns whether the share is done. */
export async function verifyShare(world: World, verified: Verified, share: number): Promise<boolean> {
  const name = paths.share(verified.run, 'verify', share);
  const streams = verified.destinations.length + 2;
  return workOnShare<VerifyTally>(world, { name, streams, listings: verified.plan.listings }, (progress, work) =>
    (progress.scrubs === undefined ? verifyRange : verifyScrubs)(world, { ...verified, progress, work }),
  );
}

/** A key at one destination that differed before, or does now. */
interface Again {
  readonly key: ObjectKey;
  readonly to: number;
  /** As the sweep saw it, if it differed. */
  readonly before: DifferenceAt | undefined;
  readonly size: number;
  /** Now. `extra`: gone from the source. */
  readonly verdict: Verdict | 'gone';
  readonly etag: string;
  readonly modified: string;
  readonly storageClass: string;
  readonly replicaETag: string;
  readonly replicaFrom: string;
}

function verifyRange(
  world: World,
  {
    run,
    plan,
    destinations,
    nomination,
    progress,
    work: { share, keep },
  }: Verified & { readonly progress: RangeProgress; readonly work: ShareWork<VerifyTally> },
): RangeWork {
  const range = rest(progress);
  const source = sideOf(counted(world.source.pages(range), share));
  const replicas = destinations.map(({ bucket }, to) =>
    isGivenUp(share, to) ? undefined : sideOf(counted(listedAs(to, bucket.pages(range)), share)),
  );
  const differences = sideOf(behind(differencePages(world.files, progress.differences), range.after));
  const youngFrom = youngSince(minutesOf(world, run), world.now());
  let batch: Again[] = [];

  return {
    sides: [source, ...replicas.filter((side) => side !== undefined), differences],
    visit(key) {
      const difference = differences.here ? differences.page?.differences[differences.at] : undefined;
      for (let to = 0; to < replicas.length; to++) {
        const replica = replicas[to];
        if (replica === undefined) continue;
        const before = difference?.at.find((one) => one.to === to);
        const verdict = source.here ? verdictOf(source, replica) : 'gone';
        if (before === undefined && (verdict === 'equal' || verdict === 'gone')) continue;
        batch.push({
          key: key(),
          to,
          before,
          verdict,
          size: source.page?.sizes[source.at] ?? 0,
          ...textsAt(source),
          ...replicaAt(replica),
        });
      }
    },
    async findOut() {
      const visited = batch;
      batch = [];
      const listed = visited.filter(({ verdict }) => verdict !== 'equal' && verdict !== 'gone');
      const ledgers = await askLedgers(world, destinations, listed);
      const expiry = await askExpiry(world, destinations, { listed, ledgers });
      return () => {
        for (const one of visited) put(one, findingOf(one, { ledgers, expiry }));
      };
    },
  };

  function findingOf(
    one: Again,
    { ledgers, expiry }: { readonly ledgers: LedgerAnswers; readonly expiry: ExpiryAnswers },
  ): Finding {
    const entry = ledgers.of(one);
    if (one.verdict !== 'equal' && one.verdict !== 'gone' && ledgers.unread(one)) tallyOf(share, one.to).unread++;
    const explained = one.verdict !== 'gone' && isDoubtful(one.verdict) && isExplained(one, one.replicaETag, entry);
    const equal = one.verdict === 'equal' || explained;
    const withheld = whyWithheld(nomination, plan.destinations[one.to]?.bucket ?? '');
    return finding({
      ...one,
      equal,
      expired: expiry.isExpired(one, entry),
      known: isFact(one, entry),
      entry,
      youngFrom,
      sentAt: nomination.startedAt,
      withheld,
      startedAt: run.startedAt,
    });
  }

  function put({ key, to, before, size }: Again, { finding: what, reason }: Finding): void {
    const tally = tallyOf(share, to);
    if (wasFound(before) && isNoDrift(what)) tally.notDrift = (tally.notDrift ?? 0) + 1;
    // Not in a share that an older version began, which has not counted those before.
    if (before === undefined && what !== 'none' && tally.appeared !== undefined) tally.appeared++;
    switch (what) {
      case 'none':
        return;
      case 'young, repaired':
        tally.youngRepaired = (tally.youngRepaired ?? 0) + 1;
        break;
      case 'young, same':
        tally.youngSame = (tally.youngSame ?? 0) + 1;
        return;
      case 'unproved':
        tally.unproved++;
        tally.young++;
        return;
      case 'young':
        tally.young++;
        return;
      case 'repaired':
        if (before !== undefined) tally.repaired[causeOf(before.verdict)]++;
        tally.bytesRepaired += size;
        break;
      case 'same':
      case 'gone':
        tally[what]++;
        break;
      case 'expired':
        tally.expired = (tally.expired ?? 0) + 1;
        break;
      case 'cannot':
      case 'failed':
        countReason(tally[what], reason);
        break;
      case 'under way':
        countReason(tally.underWay, reason);
    }
    const line = { key, destination: destinations[to]?.bucket.name, finding: what, was: before?.verdict, reason };
    keep.add(share.keys, paths.keys(run), JSON.stringify(line));
  }
}

/** Whether the sweep counted it among what the event path had left behind. */
function wasFound(before: Again['before']): boolean {
  return before !== undefined && before.young !== true && before.cannot !== true;
}

/** What the event path could not have brought over, or had. */
function isNoDrift(what: Finding['finding']): boolean {
  return what === 'same' || what === 'expired' || what === 'cannot';
}

export interface Finding {
  readonly finding:
    | 'none'
    | 'young'
    | 'young, repaired'
    | 'young, same'
    | 'unproved'
    | 'repaired'
    | 'same'
    | 'gone'
    | 'expired'
    | 'cannot'
    | 'failed'
    | 'under way';
  readonly reason: string;
}

/**
 * What became of one key at one destination. First line that fits:
 *
 *     in the sweep              now                               finding
 *     any                       gone from the source              gone
 *     differed, not young       equal, replica is of today        repaired
 *     differed, not young       equal, replica is older           same: its contents were compared
 *     young                     equal, replica is of today        young, repaired
 *     young                     equal, replica is older           young, same
 *     equal                     equal                             none
 *     known, so not sent        cannot be copied                  none
 *     expired                   missing, expired                  none
 *     differed                  missing, expired; or found so
 *                               by `converge`                     expired
 *     equal                     differs, changed lately           young
 *     differed, was sent        differs, changed since, and was
 *                               settled in between                young
 *     differed, was sent        differs, changed since            unproved: nobody knows whether it was ever equal
 *     young, was not sent       differs                           unproved
 *     any                       differs                           what the ledger says: cannot, failed; else under way
 *
 * Of the ledger only counts what was recorded since the keys were sent; and a failure of before, which is being tried again.
 */
export function finding({
  before,
  verdict,
  equal,
  expired = false,
  known = false,
  modified,
  replicaFrom,
  youngFrom,
  entry,
  withheld,
  sentAt,
  startedAt,
}: Pick<Again, 'before' | 'verdict' | 'modified' | 'replicaFrom'> & {
  readonly equal: boolean;
  /** Missing, because the lifecycle of the destination has expired it. */
  readonly expired?: boolean;
  /** A fact of the ledger: it cannot be copied in this state. */
  readonly known?: boolean;
  readonly youngFrom: string;
  readonly entry: LedgerEntry | undefined;
  /** Why the key was not sent, if it was not; when keys were. */
  readonly withheld: string | undefined;
  readonly sentAt: string;
  readonly startedAt: string;
}): Finding {
  if (verdict === 'gone') return { finding: 'gone', reason: 'the source removed it' };
  if (equal) {
    if (before === undefined) return { finding: 'none', reason: '' };
    const written = replicaFrom.slice(0, 19) >= startedAt.slice(0, 19) || replicaFrom !== before.replicaFrom;
    if (before.young === true) return { finding: written ? 'young, repaired' : 'young, same', reason: '' };
    return written
      ? { finding: 'repaired', reason: '' }
      : { finding: 'same', reason: 'the contents were compared, and are equal' };
  }
  const isNew = entry !== undefined && entry.recordedAt >= sentAt;
  if (known && !isNew && before === undefined) return { finding: 'none', reason: '' };
  if (expired && before === undefined) return { finding: 'none', reason: '' };
  if (expired || (verdict === 'missing' && isNew && entry.reason === EXPIRED))
    return { finding: 'expired', reason: EXPIRED };
  if (before === undefined && modified > youngFrom) return { finding: 'young', reason: '' };
  if (before !== undefined && withheld !== undefined)
    return before.young === true ? { finding: 'unproved', reason: '' } : { finding: 'under way', reason: withheld };
  if (before !== undefined && modified > youngFrom && modified > sentAt) {
    const settled = isNew && (entry.outcome === 'copied' || entry.outcome === 'same');
    return { finding: settled ? 'young' : 'unproved', reason: '' };
  }
  if (entry?.outcome === 'failed') return { finding: 'failed', reason: entry.reason };
  if (entry?.outcome === 'cannot' && (isNew || before?.cannot === true))
    return { finding: 'cannot', reason: entry.reason };
  if (isNew && entry.outcome === 'handed-over') return { finding: 'under way', reason: 'a long copy is being made' };
  if (isNew) return { finding: 'under way', reason: `it was ${entry.outcome}, and differs again` };
  if (before === undefined)
    return { finding: 'under way', reason: 'it came to differ during the run, and is left to the next one' };
  return { finding: 'under way', reason: 'it waits in the inbox' };
}
