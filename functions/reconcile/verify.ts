import { behind } from './behind.ts';
import { differencePages } from './difference.ts';
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
import { verifyScrubs } from './verify-scrubs.ts';
import { workOnShare } from './work-on-share.ts';
import type { RangeWork, ShareWork } from './work-on-share.ts';
import type { World } from './world.ts';
import { finding } from './finding.ts';
import type { Finding, Again } from './finding.ts';

/** Lists again what differed, and finds out what became of it. @returns whether the share is done. */
export async function verifyShare(world: World, verified: Verified, share: number): Promise<boolean> {
  const name = paths.share(verified.run, 'verify', share);
  const streams = verified.destinations.length + 2;
  return workOnShare<VerifyTally>(world, { name, streams, listings: verified.plan.listings }, (progress, work) =>
    (progress.scrubs === undefined ? verifyRange : verifyScrubs)(world, { ...verified, progress, work }),
  );
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
