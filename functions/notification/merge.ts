import type { Event, NotificationConfiguration } from '@aws-sdk/client-s3';
import { OverlapError, overlapping } from './overlap.ts';
import type { Ours } from './overlap.ts';

/** The one rule of ours: which events go to which topic, without a filter. */
export interface OurRule extends Ours {
  /** Tells our rule from everybody else's. */
  readonly id: string;
  readonly events: readonly Event[];
}

/**
 * The configuration with our rule in it, and everything else exactly as it was, Ids and order included.
 *
 * @throws {OverlapError} if somebody else's rule takes an event of ours, which S3 would refuse. Found here, before anything is written.
 */
export function withRule(current: NotificationConfiguration, ours: OurRule): NotificationConfiguration {
  const theirs = overlapping(withoutRule(current, ours.id));
  if (theirs.length > 0) throw new OverlapError(theirs, ours);
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
