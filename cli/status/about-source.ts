import { time } from '../../shared/report/in-words.ts';
import { reconcileStackName, restoreStackName, sourceStackName, undeliveredQueueName } from '../../shared/names.ts';
import { messagesIn } from '../../shared/topic/queue.ts';
import { aboutAlarms } from './about-alarms.ts';
import { aboutEvents } from './about-events.ts';
import type { Address, RunFacts, SourceFacts } from './facts.ts';
import { are, messages, NONE, unread } from './found.ts';
import type { Found, Standards } from './found.ts';
import { isUnread, known } from './reading.ts';

/** What is the matter with the source: its topic, its reconcile, and who is told. */
export function aboutSource(
  source: SourceFacts,
  standards: Standards & { readonly isDeployed: (stack: string) => boolean },
): readonly Found[] {
  const { bucket: about, undelivered, topic, events, runs, alarms, addresses, rehearsals } = source;
  const [stack, reconcile] = [sourceStackName(about), reconcileStackName(about)];
  const { isDeployed } = standards;
  const found: Found[] = [];
  if (isDeployed(stack))
    found.push(
      ...unread(about, 'its notifications', events, 's3:GetBucketNotification'),
      ...aboutEvents(about, known(events)),
      ...unread(about, 'its subscriptions', topic, 'sns:ListSubscriptionsByTopic, sns:GetSubscriptionAttributes'),
      ...unread(
        about,
        `the queue ${undeliveredQueueName(about)}`,
        undelivered,
        'sqs:GetQueueUrl, sqs:GetQueueAttributes',
      ),
    );
  const lost = messagesIn(known(undelivered) ?? NONE);
  if (lost > 0)
    found.push({
      kind: 'failed',
      about,
      what: `${messages(lost)} could not be handed over to an inbox, and ${are(lost)} in ${undeliveredQueueName(about)}`,
      remedy: `Find out which inbox refuses them (its policy, or its stack is gone); then npm run reconcile -- --source ${about} copies what they tell of, and the queue can be purged.`,
    });
  if (isDeployed(reconcile))
    found.push(
      ...unread(
        about,
        'the runs of the reconcile',
        runs,
        'cloudformation:DescribeStacks, s3:GetObject and s3:ListBucket on the reports bucket',
      ),
      ...aboutRuns(about, known(runs)),
    );
  found.push(
    ...(rehearsals !== undefined && isDeployed(restoreStackName(about)) ? aboutRehearsals(about, rehearsals) : []),
    ...unread(about, 'its alarms', alarms, 'cloudwatch:DescribeAlarms'),
    ...(isUnread(alarms)
      ? []
      : aboutAlarms(about, alarms, {
          now: standards.now,
          region: source.region,
          expected: {
            ...(isDeployed(stack) && { [stack]: standards.expectedAlarms.source }),
            ...(isDeployed(reconcile) && { [reconcile]: standards.expectedAlarms.reconcile }),
          },
        })),
    ...unread(about, 'who is told by e-mail', addresses, 'sns:ListSubscriptionsByTopic'),
  );
  const [nobody, some] = [true, false].map(
    (is) => known(addresses)?.filter(({ why }) => (why === 'nobody') === is) ?? [],
  );
  found.push(...(some ?? []).map((address) => aboutAddress(about, address)), ...aboutNobody(about, nobody ?? []));
  return found;
}

function aboutRehearsals(about: string, rehearsals: Exclude<SourceFacts['rehearsals'], undefined>): readonly Found[] {
  return unread(
    about,
    'the rehearsals of restores',
    rehearsals,
    'cloudformation:DescribeStacks, s3:GetObject and s3:ListBucket on the bucket of the reports of restores',
  );
}

function aboutRuns(about: string, runs: RunFacts | undefined): readonly Found[] {
  const status = runs?.last?.status;
  if (status !== 'failed' && status !== 'differs') return [];
  // Runs of one destination, which are not among the last ones, may have proved it since.
  const proofs = Object.values(runs?.destinations ?? {}).map(({ provedEqualAsOf = '' }) => provedEqualAsOf);
  if (status === 'differs' && proofs.length > 0 && proofs.every((at) => at > (runs?.last?.startedAt ?? ''))) return [];
  return [
    {
      kind: 'not proved',
      about,
      what:
        status === 'failed'
          ? `the last run of the reconcile (${time(runs?.last?.startedAt ?? '')}) could not compare everything`
          : `the last run of the reconcile (${time(runs?.last?.startedAt ?? '')}) left differences`,
      remedy: `npm run reconcile -- --source ${about} --follow shows them, and what to do; without --follow it starts another.`,
    },
  ];
}

/** That may be as wanted. */
function aboutNobody(about: string, topics: readonly Address[]): readonly Found[] {
  if (topics.length === 0) return [];
  return [
    {
      kind: 'notice',
      about,
      what: `nobody is told by ${topics.map(({ topicArn }) => topicArn).join(', ')}, as nobody is subscribed there`,
      remedy:
        'Write who shall be told into "notify" of the configuration, and deploy; or look at npm run status every day.',
    },
  ];
}

function aboutAddress(about: string, { address, topicArn, stack, why }: Address): Found {
  if (why === 'not confirmed')
    return {
      kind: 'untold',
      about,
      what: `${address} is told nothing by ${topicArn}, as it has not confirmed`,
      remedy:
        'Follow the link in the e-mail that SNS has sent there. An address that does not confirm within two days is dropped.',
    };
  if (why === 'no topic')
    return {
      kind: 'untold',
      about,
      what: `${address} is told nothing, as there is no topic ${topicArn}`,
      remedy: `Deploy the stack that has it: ${stack === undefined ? 'npx cdk list tells its name' : `npx cdk deploy ${stack}`}.`,
    };
  return {
    kind: 'untold',
    about,
    what: `${address} is told nothing by ${topicArn}, as it is not subscribed, or not any more`,
    remedy: `npx cdk deploy ${stack ?? reconcileStackName(about)}; if that finds nothing to change: aws sns subscribe --topic-arn ${topicArn} --protocol email --notification-endpoint ${address}. Then confirm.`,
  };
}
