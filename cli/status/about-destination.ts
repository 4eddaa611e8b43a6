import { count, duration, objects, time } from '../../shared/report/in-words.ts';
import { destinationStackName, failedQueueName, subscriberName } from '../../shared/names.ts';
import { messagesIn } from '../../shared/topic/queue.ts';
import { aboutAlarms } from './about-alarms.ts';
import type { Counted, DestinationFacts, RunFacts, SourceFacts } from './facts.ts';
import { are, messages, NONE, unread } from './found.ts';
import type { Found, Standards } from './found.ts';
import { isUnread, known } from './reading.ts';

/** What is the matter with a destination. */
export function aboutDestination(one: DestinationFacts, source: SourceFacts, standards: Standards): readonly Found[] {
  const { bucket: about, inbox, failed, feed, activity, trouble, alarms } = one;
  const stack = destinationStackName(about);
  const failedQueue = failedQueueName(about);
  const queue = 'sqs:GetQueueUrl, sqs:GetQueueAttributes';
  return [
    ...unread(about, 'its inbox', inbox, queue),
    ...unread(about, `the queue ${failedQueue}`, failed, queue),
    ...unread(about, 'whether it is paused', feed, 'lambda:ListEventSourceMappings, sqs:ListQueueTags'),
    ...unread(about, 'its metrics', activity, 'cloudwatch:GetMetricData'),
    ...unread(about, 'its ledger', trouble, 'dynamodb:Query on the index of the table'),
    ...unread(about, 'its alarms', alarms, 'cloudwatch:DescribeAlarms'),
    ...aboutSubscription(about, source),
    ...aboutFeed(one),
    ...aboutFailures(one),
    ...aboutDelay(one, standards),
    ...aboutMissed(about, known(source.runs)),
    ...aboutProof(about, known(source.runs), standards),
    ...aboutRehearsal(about, source),
    ...(isUnread(alarms)
      ? []
      : aboutAlarms(about, alarms, {
          now: standards.now,
          region: one.region,
          expected: { [stack]: standards.expectedAlarms.destination },
        })),
  ];
}

function aboutSubscription(about: string, { topic }: SourceFacts): readonly Found[] {
  const subscribed = known(topic);
  if (subscribed?.filtered.includes(about) === true)
    return [
      {
        kind: 'no events',
        about,
        what: 'its subscription to the topic has a filter: not every change reaches it',
        remedy: `Find out who has set it, remove it (aws sns set-subscription-attributes --attribute-name FilterPolicy --attribute-value '{}'), then: npm run reconcile -- --destination ${about}`,
      },
    ];
  if (subscribed === undefined || subscribed.confirmed.includes(about)) return [];
  const stack = destinationStackName(about);
  const pending = subscribed.pending.includes(about);
  return [
    {
      kind: 'no events',
      about,
      what: pending
        ? 'its subscription to the topic is not confirmed: it gets no events'
        : 'it is not subscribed to the topic: it gets no events',
      remedy: `Deploy it again: npx cdk deploy ${stack}. If that finds nothing to change (the topic was made anew), npx cdk destroy ${stack} before; the bucket stays.`,
    },
  ];
}

function aboutFeed({ bucket: about, feed }: DestinationFacts): readonly Found[] {
  const read = known(feed);
  if (read === undefined) return [];
  const { state, pausedSince } = read;
  if (pausedSince !== undefined)
    return [
      {
        kind: 'stopped',
        about,
        what: `it is paused since ${time(pausedSince)}${state === 'Disabled' ? '' : `, by its tag, while Lambda says ${state}`}; messages wait for at most 4 days`,
        remedy: `To go on: npm run resume -- ${about}`,
      },
    ];
  if (state === 'Absent')
    return [
      {
        kind: 'stopped',
        about,
        what: 'nothing takes messages from its inbox: its function, or what feeds it, is gone',
        remedy: `Deploy it again: npx cdk deploy ${destinationStackName(about)}`,
      },
    ];
  if (state === 'Disabled' || state === 'Disabling')
    return [
      {
        kind: 'stopped',
        about,
        what: `its function takes no messages (${state}), though nobody paused it by npm run pause; messages wait for at most 4 days`,
        remedy: `To go on: npm run resume -- ${about}`,
      },
    ];
  return [];
}

function aboutFailures({ bucket: about, failed, trouble, activity }: DestinationFacts): readonly Found[] {
  const found: Found[] = [];
  const [kept, read] = [messagesIn(known(failed) ?? NONE), known(trouble)];
  const why = `npm run status -- --destination ${about} --failed tells why; when that is mended: npm run retry -- --destination ${about} --failed`;
  const { historyFailed = 0, historyFailedSince = '' } = known(activity) ?? {};
  if (kept > 0)
    found.push({
      kind: 'failed',
      about,
      what: `${messages(kept)} ${are(kept)} in ${failedQueueName(about)}: given up, kept for 14 days`,
      remedy: why,
    });
  if (historyFailed > 0) {
    const records = historyFailed === 1 ? '1 record' : `${count(historyFailed)} records`;
    const unconfirmed = `${records} since ${time(historyFailedSince)}, which its table did not confirm in time`;
    const lacking = 'objects are copied, but a restore to a moment may not know these versions and removals';
    // What the history did not take is put aside in that queue. An empty one does not prove that all was tried again: somebody may have
    // purged it, and functions of an earlier version put nothing aside.
    found.push(
      kept > 0 || isUnread(failed)
        ? {
            kind: 'failed',
            about,
            what: `its history may lack up to ${unconfirmed}: ${lacking}`,
            remedy: `npm run retry -- --destination ${about} --failed looks at all of them again, and records removals, and versions that the source still holds. Why, and more: "History incomplete" in docs/RUNBOOK.md.`,
          }
        : {
            kind: 'notice',
            about,
            what: `its history lacked up to ${unconfirmed}. Nothing waits in ${failedQueueName(about)} any more: they are recorded if all of that was moved back by \`npm run retry\`. If not, ${lacking}`,
            remedy:
              'If that queue was purged, or the stack not deployed in this version: "History incomplete" in docs/RUNBOOK.md.',
          },
    );
  }
  if (read !== undefined && read.failed.objects > 0)
    found.push({
      kind: 'failed',
      about,
      what: `${counted(read.failed)} could not be copied at the last attempt`,
      remedy: why,
    });
  if (read !== undefined && read.cannot.objects > 0)
    found.push({
      kind: 'notice',
      about,
      what: `${counted(read.cannot)} cannot be copied as they are`,
      remedy: `npm run status -- --destination ${about} --failed tells why.`,
    });
  return found;
}

function aboutDelay(
  { bucket: about, inbox, activity, feed }: DestinationFacts,
  { eventMinutes, now }: Standards,
): readonly Found[] {
  const [depth, did] = [known(inbox), known(activity)];
  // The metrics are of the past: without a message nothing is behind now.
  if (depth === undefined || did === undefined || messagesIn(depth) === 0 || known(feed)?.pausedSince !== undefined)
    return [];
  const allowed = Math.max(QUARTER_OF_AN_HOUR, eventMinutes * 60);
  // What is there now may have come after that: a key that fails is tried once an hour at least.
  const isOfNow = did.lagAt !== undefined && now - Date.parse(did.lagAt) < AN_HOUR_AND_SOME_MS;
  const behind = Math.max(did.oldestSeconds ?? 0, did.lag === undefined || !isOfNow ? 0 : did.lag / 1000);
  if (behind <= allowed) return [];
  return [
    {
      kind: 'behind',
      about,
      what: `it is ${duration(behind)} behind, with ${messages(messagesIn(depth))} in its inbox`,
      remedy: `If failures are the cause, see them first. If nothing is attempted, look into the log group /aws/lambda/${subscriberName(about)}. If it is only slow, raise "concurrency" and deploy.`,
    },
  ];
}

const QUARTER_OF_AN_HOUR = 900;
const AN_HOUR_AND_SOME_MS = 75 * 60_000;

/** Events are lost in every real system: the reconcile is for that. But it tells of what is not right. */
function aboutMissed(about: string, runs: RunFacts | undefined): readonly Found[] {
  const found = runs?.last?.found[about] ?? 0;
  if (found === 0) return [];
  return [
    {
      kind: 'notice',
      about,
      what: `the last run of the reconcile found that ${objects(found)} differed`,
      remedy:
        'A first run finds all that is to be copied. If it is so every night, see "Reports of the reconcile" in docs/RUNBOOK.md.',
    },
  ];
}

function aboutProof(about: string, runs: RunFacts | undefined, { now, runPatience }: Standards): readonly Found[] {
  if (runs === undefined) return [];
  const run = `npm run reconcile -- --destination ${about}`;
  const memory = runs.destinations[about];
  if (memory?.provedEqualAsOf === undefined) {
    const what = `it was never ${memory === undefined ? 'compared to the end' : 'proved equal'}`;
    // The first run of all makes it so.
    const remedy = runs.underWay === undefined ? `Compare it: ${run}` : `The run ${runs.underWay} is under way.`;
    return [{ kind: 'not proved', about, what, remedy }];
  }
  const [oldest, what] = [
    [memory.completedAt, 'no run of the reconcile has compared it to the end'] as const,
    [memory.provedEqualAsOf, 'it was not proved equal'] as const,
  ].find(([at]) => runPatience !== undefined && now - Date.parse(at) > runPatience * 3_600_000) ?? [undefined, ''];
  if (oldest === undefined) return [];
  return [
    {
      kind: 'not proved',
      about,
      what: `${what} for ${duration((now - Date.parse(oldest)) / 1000)}`,
      remedy: `The last report says why: npm run reconcile -- --follow. To compare it now: ${run}`,
    },
  ];
}

/** That there has been none for too long is what its alarm tells. */
function aboutRehearsal(about: string, { rehearsals }: SourceFacts): readonly Found[] {
  const last = rehearsals === undefined ? undefined : known(rehearsals)?.[about];
  if (last === undefined || last.succeeded) return [];
  return [
    {
      kind: 'not proved',
      about,
      what: `the last rehearsal of a restore (${time(last.endedAt)}) failed: ${last.cause}`,
      remedy: `See "Rehearsal failed" in docs/RUNBOOK.md; then rehearse again: npm run restore -- --rehearse --from ${about}`,
    },
  ];
}

function counted({ objects: number, orMore }: Counted): string {
  return orMore ? `${count(number)} objects or more` : objects(number);
}
