import type { NotificationConfiguration } from '@aws-sdk/client-s3';
import type { Rule } from '../../functions/notification/overlap.ts';
import { arnOf, rulesOf } from '../../functions/notification/overlap.ts';

/**
 * Whether S3 accepts a configuration: two rules must not have an event in common while a key can have the prefixes and the suffixes of
 * both.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
 */
export function isAccepted(configuration: NotificationConfiguration): boolean {
  const rules = rulesOf(configuration);
  return rules.every((one, at) => rules.slice(at + 1).every((other) => !overlap(one, other)));
}

function overlap(one: Rule, other: Rule): boolean {
  const [a, b] = [filterOf(one), filterOf(other)];
  return (
    (one.Events ?? []).some((event) => (other.Events ?? []).some((its) => isOf(event, its) || isOf(its, event))) &&
    (a.prefix.startsWith(b.prefix) || b.prefix.startsWith(a.prefix)) &&
    (a.suffix.endsWith(b.suffix) || b.suffix.endsWith(a.suffix))
  );
}

/** What gets an event of a key, by the ARN that the rules name. */
export function targetsOf(configuration: NotificationConfiguration, event: string, key: string): readonly string[] {
  return rulesOf(configuration)
    .filter((rule) => {
      const { prefix, suffix } = filterOf(rule);
      return rule.Events?.some((its) => isOf(event, its)) && key.startsWith(prefix) && key.endsWith(suffix);
    })
    .map(arnOf);
}

/** `s3:ObjectCreated:Put` is of `s3:ObjectCreated:*`. */
function isOf(event: string, its: string): boolean {
  return event === its || (its.endsWith('*') && event.startsWith(its.slice(0, -1)));
}

function filterOf({ Filter }: Rule): { readonly prefix: string; readonly suffix: string } {
  const value = (name: string) =>
    Filter?.Key?.FilterRules?.find(({ Name }) => Name?.toLowerCase() === name)?.Value ?? '';
  return { prefix: value('prefix'), suffix: value('suffix') };
}
