import type { Event } from '@aws-sdk/client-s3';

/**
 * What a topic must be told of, by family, and the kinds that each family has. Removals are needed even where the replica stays: they
 * are recorded, and a restore of a moment rests on the record.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html
 */
export const SOURCE_EVENTS = [
  {
    family: 's3:ObjectCreated:*',
    kinds: [
      's3:ObjectCreated:Put',
      's3:ObjectCreated:Post',
      's3:ObjectCreated:Copy',
      's3:ObjectCreated:CompleteMultipartUpload',
    ],
  },
  { family: 's3:ObjectRemoved:*', kinds: ['s3:ObjectRemoved:Delete', 's3:ObjectRemoved:DeleteMarkerCreated'] },
  {
    family: 's3:LifecycleExpiration:*',
    kinds: ['s3:LifecycleExpiration:Delete', 's3:LifecycleExpiration:DeleteMarkerCreated'],
  },
] as const satisfies readonly { readonly family: Event; readonly kinds: readonly Event[] }[];

/** As one notification names them. */
export const SOURCE_EVENT_NAMES = SOURCE_EVENTS.map(({ family }) => family);

/** Whether an event, or a family of events, is of those. */
export function isSourceEvent(event: string): boolean {
  return FAMILIES.has(familyOf(event));
}

const FAMILIES = new Set<string>(SOURCE_EVENT_NAMES.map(familyOf));

/** `s3:ObjectCreated:Put` and `s3:ObjectCreated:*` are of one family; `s3:ObjectRestore:*` is of another. */
function familyOf(event: string): string {
  return event.split(':').slice(0, 2).join(':');
}
