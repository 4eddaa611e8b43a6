import { bucketOfSubscriber, undeliveredQueueName } from './names.ts';

/** What SNS tells of one subscription to the topic. */
export interface Subscription {
  /** `PendingConfirmation` as long as nobody has confirmed it. */
  readonly arn: string;
  readonly protocol: string;
  readonly endpoint: string;
  /** The queue for what could not be delivered, where there is one. */
  readonly deadLetterArn?: string | undefined;
}

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
  const queues = subscriptions.filter(({ protocol }) => protocol === 'sqs');
  const problems: string[] = [];
  const found = new Map<string, DestinationAddress>();
  for (const { arn, endpoint, deadLetterArn } of queues) {
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

/** The parts of an ARN, of which the last may contain colons. */
export function parseArn(arn: string):
  | {
      readonly partition: string;
      readonly service: string;
      readonly region: string;
      readonly account: string;
      readonly resource: string;
    }
  | undefined {
  const match = /^arn:([^:]+):([^:]+):([^:]*):([^:]*):(.+)$/.exec(arn);
  if (match === null) return undefined;
  const [, partition = '', service = '', region = '', account = '', resource = ''] = match;
  return { partition, service, region, account, resource };
}
