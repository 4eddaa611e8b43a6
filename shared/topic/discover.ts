import { parseArn } from './arn.ts';
import { bucketOfSubscriber, undeliveredQueueName } from '../names.ts';
import type { Subscription } from './subscriptions-to.ts';

/** A destination as its inbox tells it: where it is, and whose. */
export interface DestinationAddress {
  readonly bucket: string;
  readonly region: string;
  readonly account: string;
  readonly inboxArn: string;
}

export interface Discovered {
  /** In the order of their names. */
  readonly destinations: readonly DestinationAddress[];
  /** Why the run cannot count as complete. */
  readonly problems: readonly string[];
}

/**
 * The destinations among the subscribers of the topic: queues whose subscription hands over to `<source>-undelivered` what cannot be
 * delivered, which only our stacks do. There is no other list of destinations. Subscribers of others are left alone.
 *
 * A queue whose subscription is not confirmed may be one of ours, so it is a problem.
 */
export function discover(
  subscriptions: readonly Subscription[],
  { source, topicArn }: { readonly source: { readonly bucket: string }; readonly topicArn: string },
): Discovered {
  const ours = parseArn(topicArn)?.account;
  // Destinations are in the topic's account, so far.
  const queues = subscriptions.filter(({ protocol, owner = ours }) => protocol === 'sqs' && owner === ours);
  const problems: string[] = [];
  const found = new Map<string, DestinationAddress>();
  for (const { arn, endpoint, deadLetterArn, filtered = false } of queues) {
    if (arn === 'PendingConfirmation') {
      problems.push(
        `The subscription of "${endpoint}" to the topic is not confirmed, so that nothing reaches it: deploy its stack again, or remove it`,
      );
      continue;
    }
    if (deadLetterArn === undefined || parseArn(deadLetterArn)?.resource !== undeliveredQueueName(source.bucket))
      continue;
    const inbox = parseArn(endpoint);
    if (inbox?.service !== 'sqs') {
      problems.push(`Cannot understand the inbox "${endpoint}" of a subscription to the topic`);
      continue;
    }
    const bucket = bucketOfSubscriber(inbox.resource);
    if (filtered)
      problems.push(
        `The subscription of "${endpoint}" to the topic has a filter, so that not every change reaches it: remove its filter policy`,
      );
    const address = { bucket, region: inbox.region, account: inbox.account, inboxArn: endpoint };
    const other = found.get(bucket);
    if (other !== undefined && other.inboxArn !== endpoint)
      problems.push(`Two inboxes are named after "${bucket}": "${other.inboxArn}" and "${endpoint}"; remove one`);
    else found.set(bucket, address);
  }
  if (found.size === 0)
    problems.push(`No destination is subscribed to the topic "${topicArn}": deploy one, or remove the reconcile stack`);
  return { destinations: [...found.values()].toSorted((a, b) => (a.bucket < b.bucket ? -1 : 1)), problems };
}
