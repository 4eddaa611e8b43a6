import { objects } from '../../../shared/report/in-words.ts';
import type { Report } from '../report/report.ts';
import type { Choosing } from './choosing.ts';
import type { Comparing } from './comparing.ts';

/** What a rehearsal has shown. */
export interface Verdict {
  readonly succeeded: boolean;
  /** In one sentence. */
  readonly cause: string;
  /** What to do; absent where there is nothing to be done. */
  readonly remedy?: string;
}

export interface Shown {
  readonly choosing: Choosing | undefined;
  /** Of the restore. */
  readonly report: Report | undefined;
  readonly comparing: Comparing | undefined;
  /** The step that failed. */
  readonly failure: { readonly step: string; readonly cause: string } | undefined;
}

/**
 * Whether a restore can be relied upon. First row that fits; what is gone from the destination since it was chosen proves nothing, and is no failure:
 *
 *     a step failed                               failed
 *     the destination holds nothing               succeeded
 *     all that it holds is left out               failed: nothing can be proved of it
 *     the restore failed as a whole               failed
 *     an object was not restored, or is wrong     failed
 *     nothing was compared                        failed
 *     the history knows nothing of what was       failed: of no moment a state can be told
 *       copied since the rehearsals began, and
 *       only the ledger of what is there now
 *     all that was compared is equal              succeeded
 */
export function judge({ choosing, report, comparing, failure }: Shown): Verdict {
  if (failure !== undefined || choosing?.choice === undefined)
    return failed(`The step "${failure?.step ?? 'choose'}" failed: ${failure?.cause ?? 'why, the log tells'}`, AGAIN);
  const { seen } = choosing.candidates;
  if (seen.objects === 0) return { succeeded: true, cause: 'The destination holds nothing' };
  if (choosing.choice.keys.length === 0)
    return failed(
      `None of ${objects(seen.objects)} can be rehearsed: they are archived, or too large`,
      'Raise rehearsal.maxGigabytes, or set rehearsal: false and rehearse by hand what matters',
    );
  if (report === undefined) return failed('The restore has no report', AGAIN);
  const { problems } = report;
  if (problems.length > 0) return failed(`The restore failed: ${problems.join('; ')}`, AGAIN);
  if (comparing === undefined) return failed('Nothing was compared', AGAIN);
  if (comparing.wrong > 0)
    return failed(`${objects(comparing.wrong)} could not be restored, or came back other than they should be`, MEND);
  if (comparing.equal === 0) return failed('All that was chosen was gone before it was restored', AGAIN);
  const { unrecorded, recorded, equal } = comparing.earlier;
  if (unrecorded > 0 && recorded === 0)
    return failed(
      `The history knows nothing of ${objects(unrecorded)} that were copied since rehearsals began: what was there at a moment goes by the dates of copies only`,
      'See "Rehearsal failed" in docs/RUNBOOK.md: was the table of the history deleted, or emptied?',
    );
  const then = equal > 0 ? `, ${objects(equal)} of them as of ${choosing.moment?.at}` : '';
  return { succeeded: true, cause: `${objects(comparing.equal)} came back as they should be${then}` };
}

const AGAIN = 'See "Rehearsal failed" in docs/RUNBOOK.md; then rehearse again: npm run restore -- --rehearse';
const MEND = 'See "Rehearsal failed" in docs/RUNBOOK.md: the keys and why are below';

function failed(cause: string, remedy: string): Verdict {
  return { succeeded: false, cause, remedy };
}
