import type {
  Event,
  LambdaFunctionConfiguration,
  NotificationConfiguration,
  QueueConfiguration,
  TopicConfiguration,
} from '@aws-sdk/client-s3';

/** The one rule of ours: which events go to which topic, without a filter. */
export interface OurRule {
  /** Tells our rule from everybody else's. */
  readonly id: string;
  readonly topicArn: string;
  readonly events: readonly Event[];
}

/**
 * The configuration with our rule in it, and everything else exactly as it was, Ids and order included.
 *
 * @throws {OverlapError} if somebody else's rule takes an event of ours: S3 gives each event to one rule only, whatever the filters
 * of an overlapping pair. Found here, before anything is written.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
 */
export function withRule(current: NotificationConfiguration, ours: OurRule): NotificationConfiguration {
  const overlap = rulesOf(withoutRule(current, ours.id)).find(({ Events }) =>
    Events?.some((event) => ours.events.some(sameFamily(event))),
  );
  if (overlap !== undefined) throw new OverlapError(overlap);
  const rule = { Id: ours.id, TopicArn: ours.topicArn, Events: [...ours.events] };
  const topics = current.TopicConfigurations ?? [];
  const place = topics.findIndex(({ Id }) => Id === ours.id);
  return { ...current, TopicConfigurations: place === -1 ? [...topics, rule] : topics.with(place, rule) };
}

/** The configuration without our rule, and everything else exactly as it was. */
export function withoutRule(current: NotificationConfiguration, id: string): NotificationConfiguration {
  const { TopicConfigurations = [], ...rest } = current;
  const others = TopicConfigurations.filter((rule) => rule.Id !== id);
  return others.length === 0 ? rest : { ...rest, TopicConfigurations: others };
}

/** The ARN of everything that the bucket's events go to. */
export function targetsOf(configuration: NotificationConfiguration): string[] {
  return rulesOf(configuration).map(targetOf);
}

export class OverlapError extends Error {
  override readonly name = 'OverlapError';

  constructor(theirs: Rule) {
    super(
      `The bucket already sends ${theirs.Events?.join(', ')} to ${targetOf(theirs)} (notification "${theirs.Id}"), and S3 gives ` +
        `an event to one rule only. Nothing was changed. ${remedy(theirs)}`,
    );
  }
}

type Rule = TopicConfiguration | QueueConfiguration | LambdaFunctionConfiguration;

function rulesOf({
  TopicConfigurations,
  QueueConfigurations,
  LambdaFunctionConfigurations,
}: NotificationConfiguration): Rule[] {
  return [...(TopicConfigurations ?? []), ...(QueueConfigurations ?? []), ...(LambdaFunctionConfigurations ?? [])];
}

/** `s3:ObjectCreated:Put` and `s3:ObjectCreated:*` are of one family; `s3:ObjectRestore:*` is of another. */
function sameFamily(event: string): (other: string) => boolean {
  return (other) => familyOf(event) === familyOf(other);
}

function familyOf(event: string): string {
  return event.split(':').slice(0, 2).join(':');
}

function targetOf(rule: Rule): string {
  if ('TopicArn' in rule) return `the topic ${rule.TopicArn}`;
  if ('QueueArn' in rule) return `the queue ${rule.QueueArn}`;
  return 'LambdaFunctionArn' in rule ? `the function ${rule.LambdaFunctionArn}` : 'another target';
}

function remedy(theirs: Rule): string {
  return 'TopicArn' in theirs
    ? `Let the destinations subscribe to that topic: set source.topicArn to ${theirs.TopicArn} in the configuration.`
    : 'Put a topic of yours in between: point that notification at it, let its present target subscribe to it, and set ' +
        'source.topicArn in the configuration.';
}
