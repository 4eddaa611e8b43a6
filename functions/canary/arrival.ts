/** The canary as one PUT made it. The stamp is in its content, its metadata and its tags, so that each can be seen to arrive. */
export interface Canary {
  /** Begins with the time, so that of two stamps the greater one is the later one. */
  readonly stamp: string;
  /** As the source has it. */
  readonly etag: string;
}

/** The canary as a destination shows it. */
export interface Seen {
  readonly etag: string;
  /** The stamps that its metadata and its tags bear. */
  readonly inMetadata: string | undefined;
  readonly inTags: string | undefined;
  /** Its content; absent where the ETag says enough, or the bytes are in an archive. */
  readonly content?: string | undefined;
}

/** A name for metadata, and the key of a tag. */
export const STAMP_NAME = 'fanout-canary';

export function contentOf(stamp: string): string {
  return `${stamp}\n`;
}

/** `2026-11-21T01:00:00.000Z/1a2b3c4d`: all of it may stand in a tag. */
export function newStamp(now: number, nonce: string): string {
  return `${new Date(now).toISOString()}/${nonce}`;
}

/**
 * Whether a canary has arrived as it was put; otherwise what is wrong. First line that fits:
 *
 *     at the destination                         answer
 *     none                                       it is not there
 *     metadata without stamp, or an older one    an older one is there
 *     tags with another stamp than metadata      its tags are not those it was put with
 *     another content than its stamp             its content is not what was put
 *     otherwise                                  arrived
 *
 * A later one counts, too: a schedule may start twice, and then overwrites what the first one is waiting for.
 */
export function arrivalOf({ stamp, etag }: Canary, seen: Seen | undefined): 'arrived' | { readonly why: string } {
  if (seen === undefined) return { why: 'it is not there' };
  const { inMetadata, inTags, content } = seen;
  if (inMetadata === undefined || inMetadata < stamp) return { why: 'an older one is there' };
  if (inTags !== inMetadata) return { why: 'its tags are not those it was put with' };
  if (seen.etag !== etag && content !== undefined && content !== contentOf(inMetadata))
    return { why: 'its content is not what was put' };
  return 'arrived';
}
