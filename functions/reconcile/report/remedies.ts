import { size } from '../../../shared/report/in-words.ts';
import { DOES_NOT_ADD_UP } from './adds-up.ts';
import type { DestinationReport } from './report.ts';

/** What to do about an object that could not be copied, by its reason. The same in more words: docs/RUNBOOK.md, "Failures". */
export function remedyOfFailure(reason: string): string {
  return (
    FAILURES.find(([pattern]) => pattern.test(reason))?.[1] ??
    'Mend what the reason says. The function tries again by itself for most of a day; then the next run does.'
  );
}

const FAILURES: readonly (readonly [RegExp, string])[] = [
  [/NoSuchBucket/, 'Create the bucket again, or remove the destination.'],
  [
    /KMS/i,
    "Admit the role of the destination's function to the KMS key, and see that the key is enabled; then start a run.",
  ],
  [
    /AccessDenied|Forbidden|\b403\b/,
    'See which bucket policy, SCP or key policy refuses the role of the destination, and whose the two buckets are; then start a run.',
  ],
  [/\b301\b|PermanentRedirect/, 'Write the Region of the bucket into the configuration, and deploy.'],
  [
    /SlowDown|\b503\b|Throttl/,
    'Nothing, if it passes: the function keeps to the pace that S3 admits. Else lower "concurrency".',
  ],
  [/no copy held through/, 'Nothing, if it stops: the object is overwritten faster than it can be copied.'],
];

/** What to do about objects that cannot be copied as they are. */
export function remedyOfImpossible(reason: string): string {
  if (reason.includes('archived'))
    return 'Restore them from the archive if they shall be copied: the next run takes them along.';
  if (reason.includes('too large')) return 'Write each as several objects: no S3 request copies one of that size.';
  if (reason.includes('SSE-C'))
    return 'Encrypt them with a key of S3 or KMS: a key that only the customer has cannot be used by anybody else.';
  return 'See "Outcomes" in docs/RUNBOOK.md.';
}

/** What to do about objects of which it is not known yet what became of them. */
export function remedyOfUnderWay(
  reason: string,
  { bucket, inbox }: Pick<DestinationReport, 'bucket' | 'inbox'>,
): string {
  if (reason.startsWith('only compared')) return `To repair them: npm run reconcile -- --destination ${bucket}`;
  if (reason.startsWith('more than the'))
    return `Find out why so much differs before anything is copied. If it is right, raise "maxGigabytesPerRun", deploy, and: npm run reconcile -- --destination ${bucket}`;
  if (reason.startsWith('its inbox'))
    return `See that the queue and the role of ${bucket} are as its stack made them (deploy it again), then: npm run reconcile -- --destination ${bucket}`;
  if (reason.includes('long copy')) return 'Nothing: large objects take their time, and the next run looks again.';
  if (reason.includes('differs again'))
    return 'Nothing, if it is gone after the next run. Else find out who else writes into the destination.';
  if (reason.includes('came to differ')) return 'Nothing: the next run looks again.';
  if (inbox === 'paused') return `The destination is paused. To go on: npm run resume -- ${bucket}`;
  if (inbox === 'out of patience')
    return 'Copying was still going on. If the next run says so, too, raise "concurrency", and look into the failed queue and the log of the destination.';
  return 'Nothing: they are in the inbox, and are tried again for most of a day. The next run looks again.';
}

/** What to do about a sentence among the problems of a report; `undefined` where it says so itself. */
export function remedyOfProblem(problem: string): string | undefined {
  if (problem.includes('observer role'))
    return "Deploy the destination's stack again, and see that its bucket and inbox still exist. If the destination is given up, destroy its stack.";
  if (/^\d+ of \d+ shares/.test(problem))
    return 'If the reason passes (S3 is slow, a timeout), start a run by hand; else mend what it says. What was found until then is right.';
  if (problem.startsWith(DOES_NOT_ADD_UP))
    return 'That is a fault of this program, not of yours: do not rely on this report. Start a run by hand; if it says so again, report it with report.json.';
  if (problem.startsWith('No key of'))
    return 'Write the prefix as the keys begin, without the name of the bucket and without a slash in front. If such keys were there, the report tells how many copies only the destinations have.';
  if (problem.startsWith('The step "'))
    return 'Look into the log of the reconcile function at that time, mend what it says, then start a run by hand.';
  if (problem.includes('could not be listed') || problem.startsWith('Nothing could be sent'))
    return 'The other destinations were compared all the same. Mend what it says, then start a run by hand for this destination.';
  if (problem.startsWith('The notifications of'))
    return 'Somebody has replaced them. Nothing is lost: this run compared all the same. See docs/RUNBOOK.md, "Drift in two runs".';
  if (problem.includes('Cannot understand the inbox'))
    return 'Remove that subscription, or deploy the stack that it belongs to again.';
  return undefined;
}

/** Reasons as people read them. */
export function reasonInWords(reason: string): string {
  return reason.replace(/the (\d+) bytes/, (_, bytes: string) => `the ${size(Number(bytes))}`);
}
