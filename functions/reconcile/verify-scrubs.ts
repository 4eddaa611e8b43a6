import type { LedgerEntry } from '../../shared/ledger/ledger.ts';
import { behind } from './behind.ts';
import { differencePages } from './difference.ts';
import { askLedgers } from './ledger-answers.ts';
import type { KeyAt } from './ledger-answers.ts';
import { sideOf } from './merge.ts';
import { paths } from './run.ts';
import { rest, tallyOf } from './share.ts';
import type { RangeProgress } from './share.ts';
import { countReason, newScrubTally } from './tally.ts';
import type { VerifyTally } from './tally.ts';
import type { Verified } from './nomination.ts';
import type { RangeWork, ShareWork } from './work-on-share.ts';
import type { World } from './world.ts';

/** Asks the ledgers what became of keys that were sent to be compared by more than listings. */
export function verifyScrubs(
  world: World,
  {
    run,
    destinations,
    nomination,
    progress,
    work: { share, keep },
  }: Verified & { readonly progress: RangeProgress; readonly work: ShareWork<VerifyTally> },
): RangeWork {
  const side = sideOf(behind(differencePages(world.files, progress.scrubs ?? []), rest(progress).after));
  let batch: KeyAt[] = [];
  return {
    sides: [side],
    visit(key) {
      for (const { to } of side.page?.differences[side.at]?.at ?? []) batch.push({ key: key(), to });
    },
    async findOut() {
      const visited = batch;
      batch = [];
      const ledgers = await askLedgers(world, destinations, visited);
      return () => {
        for (const one of visited) put(one, scrubFinding(ledgers.of(one), nomination.startedAt));
      };
    },
  };

  function put({ key, to }: KeyAt, found: ScrubFinding): void {
    if (found === undefined) return;
    const tally = (tallyOf(share, to).scrub ??= newScrubTally());
    if (typeof found === 'object') countReason(tally.notCompared, found.notCompared);
    else tally[found]++;
    if (found !== 'drift' && found !== 'damagedSource') return;
    const finding = found === 'drift' ? 'bytes differed' : 'source is damaged';
    const line = { key, destination: destinations[to]?.bucket.name, finding };
    keep.add(share.keys, paths.keys(run), JSON.stringify(line));
  }
}

type ScrubFinding = 'bytes' | 'checksums' | 'drift' | 'damagedSource' | { readonly notCompared: string } | undefined;

/** By the words that the replicate function leaves in the ledger. `undefined`: not done yet, or it changed since. */
export function scrubFinding(entry: LedgerEntry | undefined, sentAt: string): ScrubFinding {
  if (entry === undefined || entry.recordedAt < sentAt) return undefined;
  switch (entry.reason) {
    case 'bytes compared':
      return 'bytes';
    case 'checksums compared':
      return 'checksums';
    case 'bytes differ':
    case 'checksums differ':
      return 'drift';
    case 'source is damaged':
    case 'either side may be damaged':
      return 'damagedSource';
    default:
      return entry.reason.startsWith(NOT_COMPARED)
        ? { notCompared: entry.reason.slice(NOT_COMPARED.length) }
        : undefined;
  }
}

const NOT_COMPARED = 'not compared: ';
