import { compareKeys } from '../../shared/objects/key-order.ts';
import type { ObjectKey } from '../../shared/objects/object-key.ts';
import type { LedgerEntry } from '../../shared/ledger/ledger.ts';
import type { ListingPage } from '../../shared/listing/listing.ts';
import { differenceLines } from './difference.ts';
import type { DifferenceAt, OneDifference } from './difference.ts';
import { askExpiry } from './expiry-answers.ts';
import type { ExpiryAnswers } from './expiry-answers.ts';
import { askLedgers } from './ledger-answers.ts';
import type { KeyAt, LedgerAnswers } from './ledger-answers.ts';
import { sideOf } from './merge.ts';
import type { Side } from './merge.ts';
import type { Swept } from './run-plan.ts';
import { paths } from './run.ts';
import { counted, isGivenUp, listedAs, rest, tallyOf } from './share.ts';
import type { RangeProgress } from './share.ts';
import { causeOf } from './tally.ts';
import type { SweepTally } from './tally.ts';
import { lookAgain } from './look-again.ts';
import type { Again } from './look-again.ts';
import { bytesToRead, scrubChoice } from './scrub-choice.ts';
import { isArchived, isDoubtful, isExplained, isFact, isImpossible, replicaAt, textsAt, verdictOf } from './verdict.ts';
import type { Verdict } from './verdict.ts';
import { workOnShare } from './work-on-share.ts';
import type { RangeWork, ShareWork } from './work-on-share.ts';
import type { World } from './world.ts';

/** Lists the source and all destinations, a share of the keys, and notes what differs. @returns whether the share is done. */
export async function sweepShare(world: World, swept: Swept, share: number): Promise<boolean> {
  const name = paths.share(swept.run, 'sweep', share);
  const streams = swept.destinations.length + 1;
  return workOnShare<SweepTally>(world, { name, streams, listings: swept.plan.listings }, (progress, work) =>
    sweepRange(world, { ...swept, progress, work }),
  );
}

/** What differs at one destination by the listings, until the ledger has been asked. */
interface Found extends Pick<DifferenceAt, 'to'> {
  readonly verdict: Exclude<Verdict, 'equal' | 'extra'>;
  readonly key: ObjectKey;
  readonly size: number;
  readonly etag: string;
  readonly modified: string;
  /** Both are empty if there is no replica. */
  readonly replicaETag: string;
  readonly replicaFrom: string;
  readonly storageClass: string;
  readonly replicaClass: string;
}

function seenOf(source: Side<ListingPage>, replica: Side<ListingPage>) {
  return {
    ...textsAt(source),
    size: source.page?.sizes[source.at] ?? 0,
    ...replicaAt(replica),
  };
}

/** What was visited since the last time that it was put into the share. */
interface Batch {
  keys: number;
  bytes: number;
  readonly samples: ObjectKey[];
  readonly found: Found[];
  readonly extra: KeyAt[];
  /** Equal, and chosen to be compared by more than listings. */
  readonly scrub: OneDifference[];
  /** By the number of the destination. */
  readonly equal: number[];
}

/** Of the sample, what can be read. */
function chosen({ scrub }: Batch, one: Pick<Found, 'key' | 'to' | 'size' | 'storageClass' | 'replicaClass'>): void {
  const { key, to, size } = one;
  if (size === 0 || isArchived(one.storageClass) || isArchived(one.replicaClass)) return;
  scrub.push({ key, size, at: { to, verdict: 'scrub' } });
}

/** What was asked of the destinations about what differs. */
interface Answers {
  readonly ledgers: LedgerAnswers;
  readonly expiry: ExpiryAnswers;
  /** What cannot be copied, and may be so no more. */
  readonly again: Again;
}

function sweepRange(
  world: World,
  {
    run,
    plan,
    destinations,
    progress,
    work: { share, keep },
  }: Swept & { readonly progress: RangeProgress; readonly work: ShareWork<SweepTally> },
): RangeWork {
  const range = rest(progress);
  const source = sideOf(counted(world.source.pages(range), share));
  const replicas = destinations.map(({ bucket }, to) =>
    isGivenUp(share, to) ? undefined : sideOf(counted(listedAs(to, bucket.pages(range)), share)),
  );
  let batch = emptyBatch(destinations.length);
  // In the middle: a range that lost some keys since the last run still has a sample.
  let untilSample = Math.ceil(plan.sampleEvery / 2);
  const choice = scrubChoice(world.settings, run);
  const givenBack = world.givenBack(range);

  return {
    sides: [source, ...replicas.filter((side) => side !== undefined)],
    visit(key) {
      if (source.here) {
        batch.keys++;
        batch.bytes += source.page?.sizes[source.at] ?? 0;
        if (--untilSample === 0) {
          untilSample = plan.sampleEvery;
          batch.samples.push(key());
        }
      }
      // A million times: no iterator.
      for (let to = 0; to < replicas.length; to++) {
        const replica = replicas[to];
        if (replica === undefined || !(source.here || replica.here)) continue;
        const verdict = verdictOf(source, replica);
        if (verdict === 'equal') {
          batch.equal[to] = (batch.equal[to] ?? 0) + 1;
          if (source.page !== undefined && choice?.hasRow(source.page.keys, source.at) === true)
            chosen(batch, { key: key(), to, ...seenOf(source, replica) });
        } else if (verdict === 'extra') batch.extra.push({ key: key(), to });
        else batch.found.push({ key: key(), to, verdict, ...seenOf(source, replica) });
      }
    },
    async findOut() {
      const visited = batch;
      batch = emptyBatch(destinations.length);
      const ledgers = await askLedgers(world, destinations, visited.found);
      const expiry = await askExpiry(world, destinations, { listed: visited.found, ledgers });
      const facts = visited.found.filter((one) => isFact(one, ledgers.of(one)));
      const again = await lookAgain(
        { log: world.log, givenBack },
        { run, after: progress.cursor ?? range.after, facts },
      );
      return () => put(visited, { ledgers, expiry, again });
    },
  };

  function put(visited: Batch, answers: Answers): void {
    const { keys, bytes, samples, found, extra, equal } = visited;
    share.source.keys += keys;
    share.source.bytes += bytes;
    progress.samples.push(...samples);
    for (const [to, tally] of share.tallies.entries()) {
      tally.equal += equal[to] ?? 0;
      // A share that an older version began goes on without: the sum of a part would look like that of the whole.
      if (replicas[to] !== undefined && tally.compared !== undefined) tally.compared += keys;
    }
    for (const { key, to } of extra) {
      tallyOf(share, to).extra++;
      keep.add(share.keys, paths.keys(run), JSON.stringify({ key, destination: nameOf(to), finding: 'extra' }));
    }
    for (const line of differenceLines(found.flatMap((one) => judged(one, visited, answers) ?? [])))
      keep.add(progress.differences, paths.differences(run), line);
    putScrub(visited);
  }

  function putScrub({ scrub }: Batch): void {
    if (scrub.length === 0) return;
    for (const { size, at } of scrub) {
      const tally = (tallyOf(share, at.to).scrub ??= { objects: 0, bytes: 0 });
      tally.objects++;
      tally.bytes += bytesToRead(size, world.settings.scrub);
    }
    progress.scrubs ??= [];
    // What the ledger has explained comes behind what needed no explanation.
    const inOrder = scrub.toSorted((one, other) => compareKeys(one.key, other.key));
    for (const line of differenceLines(inOrder)) keep.add(progress.scrubs, paths.scrubs(run), line);
  }

  /** Counts it; `undefined` if the ledger explains the difference. */
  function judged(one: Found, visited: Batch, { ledgers, expiry, again }: Answers): OneDifference | undefined {
    const { key, size, to, verdict, replicaFrom } = one;
    const tally = tallyOf(share, to);
    const entry = ledgers.of(one);
    if (ledgers.unread(one)) tally.unread++;
    else if (isDoubtful(verdict) && isExplained(one, one.replicaETag, entry)) {
      tally.equal++;
      tally.explained++;
      if (choice?.has(key) === true) chosen(visited, one);
      return undefined;
    } else if (expiry.isExpired(one, entry)) {
      tally.expired = (tally.expired ?? 0) + 1;
      return undefined;
    }
    const at = { to, verdict, ...(replicaFrom !== '' && { replicaFrom }) };
    if (isImpossible(one, entry)) {
      tally.cannot++;
      if (isFact(one, entry) && !again(key)) {
        noteFact(tally, entry);
        const { reason, recordedAt: since } = entry;
        const line = { key, destination: nameOf(to), finding: 'cannot', was: verdict, reason, since };
        keep.add(share.keys, paths.keys(run), JSON.stringify(line));
        return undefined;
      }
      return { key, size, at: { ...at, cannot: true } };
    }
    if (one.modified > plan.youngFrom) {
      tally.young++;
      return { key, size, at: { ...at, young: true } };
    }
    tally.found[causeOf(verdict)]++;
    if (!isArchived(one.storageClass)) tally.bytesFound += size;
    return { key, size, at };
  }

  function nameOf(to: number): string {
    return destinations[to]?.bucket.name ?? '';
  }
}

function noteFact(tally: SweepTally, { reason, recordedAt }: LedgerEntry): void {
  const facts = (tally.facts ??= {});
  const fact = (facts[reason] ??= { objects: 0, since: recordedAt });
  fact.objects++;
  if (recordedAt < fact.since) fact.since = recordedAt;
}

function emptyBatch(destinations: number): Batch {
  return {
    keys: 0,
    bytes: 0,
    samples: [],
    found: [],
    extra: [],
    scrub: [],
    equal: Array.from({ length: destinations }, () => 0),
  };
}
