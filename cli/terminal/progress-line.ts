import { count, duration } from '../../shared/report/in-words.ts';
import { waitInWords } from '../../functions/reconcile/wait.ts';
import { assertNever } from '../../shared/assert-never.ts';
import { shareDone } from './progress.ts';
import type { Listing, Progress } from './progress.ts';

/** One line that tells how far a run has come. */
export function progressLine(progress: Progress): string {
  switch (progress.phase) {
    case 'waiting':
      return `Waiting: the run ${progress.for} is under way`;
    case 'planning':
      return 'Planning: finding the destinations';
    case 'listing':
      return listing(progress);
    case 'repairing':
      return repairing(progress);
    case 'verifying':
      return `Verifying: ${count(progress.ranges.done)} of ${count(progress.ranges.all)} ranges that differed are listed again`;
    case 'over':
      return 'The report is written';
    case 'lost':
      return progress.why;
    default:
      return assertNever(progress);
  }
}

function repairing({ sent, all, waits }: Extract<Progress, { readonly phase: 'repairing' }>): string {
  if (!all) return `Repairing: ${count(sent)} keys sent to the inboxes`;
  if (waits.length === 0)
    return `Repairing: ${count(sent)} keys were sent to the inboxes; waiting until they are looked at`;
  return `Repairing: ${waits.map(waitInWords).join('. ')}`;
}

function listing(progress: Listing): string {
  const { keys, total, seconds, differences } = progress;
  const done = shareDone(progress);
  const pace = seconds > 0 ? keys / seconds : 0;
  return [
    `Listing: ${Math.floor(done * 100)} %`,
    total === undefined ? `${count(keys)} objects` : `${count(keys)} of about ${count(Math.max(keys, total))} objects`,
    `${count(Math.round(pace))} objects/s`,
    `${count(differences)} differences`,
    ...(done > 0.01 && done < 1 && seconds > 0 ? [`about ${duration((seconds / done) * (1 - done))} left`] : []),
  ].join(', ');
}
