import { reasonInWords, remedyOfFailure, remedyOfImpossible, remedyOfUnderWay } from './remedies.ts';
import type { DestinationReport } from './report.ts';

/** Something about a destination that somebody should know of, and may have to act on. */
export interface Matter {
  readonly kind: 'damaged' | 'drift' | 'failed' | 'under way' | 'cannot' | 'extra' | 'young, repaired' | 'young';
  /** Whether an object differs because of it that ought to be equal. */
  readonly problem: boolean;
  /** Objects. */
  readonly count: number;
  /** `could not be copied`. */
  readonly what: string;
  readonly reason: string | undefined;
  readonly remedy: string;
}

/** The worst first. None, where all is simply equal. */
export function mattersOf(destination: DestinationReport): readonly Matter[] {
  const { failed, underWay, cannot, extra, youngRepaired = 0, young, scrub } = destination;
  const matters: readonly Matter[] = [
    {
      kind: 'damaged',
      problem: true,
      count: scrub?.damagedSource ?? 0,
      what: 'whose bytes are others in the source, which is damaged, or may be',
      reason: undefined,
      remedy:
        'They were not copied, so that the destination may hold the last good copy. See docs/RUNBOOK.md, "Bytes differ".',
    },
    {
      kind: 'drift',
      problem: true,
      count: scrub?.drift ?? 0,
      what: 'had other bytes than the source, though their ETags are equal; copied again',
      reason: undefined,
      remedy: 'They are repaired, but that must never happen. See docs/RUNBOOK.md, "Bytes differ".',
    },
    ...byReason(failed, { kind: 'failed', problem: true, what: 'could not be copied', remedy: remedyOfFailure }),
    ...byReason(underWay, {
      kind: 'under way',
      problem: true,
      what: 'not equal yet',
      remedy: (reason) => remedyOfUnderWay(reason, destination),
    }),
    ...byReason(cannot, {
      kind: 'cannot',
      problem: false,
      what: 'cannot be copied as they are',
      remedy: remedyOfImpossible,
    }),
    {
      kind: 'extra',
      problem: false,
      count: extra,
      what: 'only in the destination',
      reason: undefined,
      remedy:
        'They stay: the source may have removed them by mistake. If it was no mistake, nothing need be done; the list of keys names them.',
    },
    {
      kind: 'young, repaired',
      problem: false,
      count: youngRepaired,
      what: 'repaired, but too young to be called drift',
      reason: undefined,
      remedy: 'Nothing: they had changed in the minutes before they were listed, and are equal now.',
    },
    {
      kind: 'young',
      problem: false,
      count: young,
      what: 'changed in the last minutes',
      reason: undefined,
      remedy: 'Nothing: events are bringing them over at this moment, and the next run looks again.',
    },
  ];
  return matters.filter(({ count }) => count > 0);
}

function byReason(
  counts: Readonly<Record<string, number>>,
  { remedy, ...kind }: Pick<Matter, 'kind' | 'problem' | 'what'> & { readonly remedy: (reason: string) => string },
): readonly Matter[] {
  return Object.entries(counts)
    .toSorted(([, one], [, other]) => other - one)
    .map(([reason, count]) => ({ ...kind, count, reason: reasonInWords(reason), remedy: remedy(reason) }));
}
