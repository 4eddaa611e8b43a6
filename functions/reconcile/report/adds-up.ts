import { count } from '../../../shared/report/in-words.ts';
import { total } from '../tally.ts';
import type { DestinationReport } from './report.ts';

/**
 * What is wrong with the counts of one destination, in sentences; none, if every object that was compared was counted once at each stage:
 *
 *     compared                          = equal + found + young + known to be impossible + expired
 *     what differed, or came to differ  = repaired + young ones repaired + the same + gone + expired + impossible + failed + under way + young still + not listed again
 *
 * @param sourceKeys what the source holds: all of it was looked for, unless the run failed here.
 * Never throws: the report says it, and fails.
 */
export function whatDoesNotAddUp(destination: DestinationReport, sourceKeys: number): readonly string[] {
  const { found, repaired, same, gone, cannot, failed, underWay, young, knownCannot } = destination;
  const { expired = 0, expiredFound = 0, youngFound = 0, youngRepaired = 0, youngSame = 0 } = destination;
  const { appeared = 0, notListedAgain = 0, knownFacts = {} } = destination;
  const facts = Object.values(knownFacts).reduce((sum, { objects }) => sum + objects, 0);
  const compared = {
    equal: destination.equal,
    found: total(found),
    'young when listed': youngFound,
    'known to be impossible': knownCannot,
    expired: expired - expiredFound,
  };
  const outcomes = {
    repaired: total(repaired),
    'young and repaired': youngRepaired,
    'young and the same': youngSame,
    'the same': same,
    gone,
    'found to have expired': expiredFound,
    'cannot be copied': total(cannot) - facts,
    failed: total(failed),
    'not equal yet': total(underWay),
    young,
    'not listed again': notListedAgain,
  };
  const missed = destination.status !== 'failed' && destination.compared !== sourceKeys;
  return [
    ...(missed
      ? [
          `${DOES_NOT_ADD_UP} "${destination.bucket}": ${count(sourceKeys)} objects in the source, but ${count(destination.compared)} compared`,
        ]
      : []),
    ...unequal(destination, { what: 'compared', whole: destination.compared, parts: compared }),
    ...unequal(destination, {
      what: 'that differed',
      whole: total(found) + youngFound + (knownCannot - facts) + appeared,
      parts: outcomes,
    }),
  ];
}

function unequal(
  { bucket }: DestinationReport,
  {
    what,
    whole,
    parts,
  }: { readonly what: string; readonly whole: number; readonly parts: Readonly<Record<string, number>> },
): readonly string[] {
  if (whole === total(parts) && Object.values(parts).every((part) => part >= 0)) return [];
  const each = Object.entries(parts).filter(([, part]) => part !== 0);
  const sum = each.map(([name, part]) => `${count(part)} ${name}`).join(' + ');
  return [
    `${DOES_NOT_ADD_UP} "${bucket}": ${count(whole)} objects ${what}, but ${sum === '' ? 'none accounted for' : `${sum} = ${count(total(parts))}`}`,
  ];
}

/** What the sentence begins with. */
export const DOES_NOT_ADD_UP = 'This report does not add up for';
