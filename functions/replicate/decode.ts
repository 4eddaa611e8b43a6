import * as v from 'valibot';
import type { SourceEvent } from '../../shared/ledger/seen.ts';
import { decodeEventKey, objectKey } from '../../shared/objects/object-key.ts';
import type { Hint } from './attempt.ts';

/** What one message asks for. */
export type Decoded =
  | { readonly message: 'hints'; readonly hints: readonly DatedHint[] }
  /** S3 sends `s3:TestEvent` when a notification is configured; nothing is to be done. */
  | { readonly message: 'test' }
  | { readonly message: 'not understood'; readonly why: string };

export interface DatedHint extends Hint {
  /** `changedAt`, if S3 says that it was removed. */
  readonly removedAt?: Date;
  /** What S3 said, for the ledger; nothing is done because of it. */
  readonly events?: readonly SourceEvent[];
}

/**
 * Reads the body of a message: an S3 notification, raw or inside an SNS envelope, or `{ "keys": [ { "key", "sourceETag"?, "compare"? } ] }`,
 * where a key is the key itself, not form-encoded, and `compare` asks for a comparison of `bytes` or `checksums`. One bad record makes the whole message "not understood".
 *
 * Every kind of event is a hint: what happened is found out by looking. Fields that are not needed are not looked at, since S3 adds new ones.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export function decode(body: string, sourceBucket: string): Decoded {
  try {
    return decodeValue(JSON.parse(body), sourceBucket);
  } catch (error) {
    return { message: 'not understood', why: why(error) };
  }
}

/** What a later version may ask for is not asked of this one: the key is looked at. */
const COMPARE = v.fallback(v.optional(v.picklist(['bytes', 'checksums'])), undefined);

const keysMessage = v.object({
  keys: v.pipe(
    v.array(v.object({ key: v.string(), sourceETag: v.nullish(v.string()), compare: COMPARE })),
    v.minLength(1),
  ),
});

const snsEnvelope = v.object({ Type: v.literal('Notification'), Message: v.string() });

const testEvent = v.object({ Service: v.literal('Amazon S3'), Event: v.literal('s3:TestEvent') });

const s3Record = v.object({
  // AWS: equal majors, any minor. Another major may encode keys in another way.
  eventVersion: v.nullish(v.pipe(v.string(), v.startsWith('2.'))),
  eventTime: v.nullish(v.string()),
  eventName: v.nullish(v.string()),
  s3: v.object({
    bucket: v.object({ name: v.string() }),
    // What is wrong with the version only makes the ledger poorer.
    object: v.object({
      key: v.string(),
      eTag: v.nullish(v.string()),
      versionId: v.fallback(v.nullish(v.string()), null),
    }),
  }),
});

const notification = v.object({ Records: v.pipe(v.array(s3Record), v.minLength(1)) });

type S3Record = v.InferOutput<typeof s3Record>;

function decodeValue(value: unknown, sourceBucket: string): Decoded {
  const inner: unknown = v.is(snsEnvelope, value) ? JSON.parse(value.Message) : value;
  if (v.is(testEvent, inner)) return { message: 'test' };
  const named = v.safeParse(keysMessage, inner);
  if (named.success) {
    return {
      message: 'hints',
      hints: named.output.keys.map(({ key, sourceETag, compare }) => ({
        ...hint({ key: objectKey(key), sourceETag }),
        ...(compare && { compare }),
      })),
    };
  }
  const { Records } = v.parse(notification, inner);
  return { message: 'hints', hints: Records.map((record) => hintOfRecord(record, sourceBucket)) };
}

function hintOfRecord({ eventTime, eventName, s3: { bucket, object } }: S3Record, sourceBucket: string): DatedHint {
  if (bucket.name !== sourceBucket)
    throw new RangeError(`It is about the bucket "${bucket.name}", not "${sourceBucket}"`);
  const told = hint({ key: decodeEventKey(object.key), sourceETag: object.eTag, time: eventTime });
  const { changedAt: at, sourceETag: etag } = told;
  const what = whatHappened(eventName ?? '', object.versionId);
  if (what === undefined || at === undefined) return told;
  const event = { at, what, ...(object.versionId && { versionId: object.versionId }), ...(etag && { etag }) };
  return { ...told, ...(what !== 'created' && { removedAt: at }), events: [event] };
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html */
function whatHappened(eventName: string, versionId: string | null | undefined): SourceEvent['what'] | undefined {
  if (eventName.startsWith('ObjectCreated:')) return 'created';
  const [, how] = /^(?:ObjectRemoved|LifecycleExpiration):(.*)$/.exec(eventName) ?? [];
  if (how === undefined) return undefined;
  return how === 'Delete' && versionId ? 'version removed' : 'removed';
}

function hint({
  key,
  sourceETag,
  time,
}: {
  key: Hint['key'];
  sourceETag?: string | null | undefined;
  time?: string | null | undefined;
}): DatedHint {
  const etag = sourceETag?.replaceAll('"', '');
  const changedAt = new Date(time ?? Number.NaN);
  return {
    key,
    ...(etag !== undefined && AN_ETAG.test(etag) ? { sourceETag: etag } : {}),
    ...(Number.isNaN(changedAt.getTime()) ? {} : { changedAt }),
  };
}

/** Only what can be an ETag is sent on in a header. */
const AN_ETAG = /^[0-9a-f]{32}(-\d{1,5})?$/i;

export function why(error: unknown): string {
  if (error instanceof v.ValiError) return `${v.getDotPath(error.issues[0]) ?? 'the body'}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}
