import type { ListingPage } from '../../shared/listing/listing.ts';
import type { LedgerEntry } from '../../shared/ledger/ledger.ts';
import { compareTexts, textAt } from '../../shared/listing/texts.ts';

/** What two listings say of one key. Only `equal` is the end of it: whatever else is looked at again, by `converge`. */
export type Verdict = 'equal' | 'missing' | 'other size' | 'other ETag' | 'source is newer' | 'extra';

export interface Row {
  readonly page: ListingPage | undefined;
  readonly at: number;
  readonly here: boolean;
}

/**
 * Compares two rows of the same key. First line that fits:
 *
 *     source   replica                                          verdict
 *     none     present                                          extra
 *     present  none, or a delete marker (not listed)            missing
 *     present  another size                                     other size
 *     present  another ETag                                     other ETag         the ledger may explain it
 *     present  the same ETag, but older than the source         source is newer    the ledger may explain it
 *     present  the same ETag, not older                         equal
 *
 * Bytes are equal if ETags are, but the description of the source may have been rewritten in place, which makes it newer than its
 * replica. Times are compared by the second, as S3 tells them.
 */
export function verdictOf(source: Row, replica: Row): Verdict {
  if (!source.here || source.page === undefined) return 'extra';
  if (!replica.here || replica.page === undefined) return 'missing';
  const { at } = source;
  if (source.page.sizes[at] !== replica.page.sizes[replica.at]) return 'other size';
  const from = source.page;
  const to = replica.page;
  const row = replica.at;
  if (compareTexts(from.etags, at, to.etags, row) !== 0) return 'other ETag';
  if (compareTexts(from.modified, at, to.modified, row) <= 0) return 'equal';
  return inSeconds(textAt(from.modified, at)) > inSeconds(textAt(to.modified, row)) ? 'source is newer' : 'equal';
}

/** What a side tells of the key that is visited; empty if it has none. */
export function textsAt({ page, at, here }: Row) {
  if (page === undefined || !here) return { etag: '', modified: '', storageClass: '' };
  return {
    etag: textAt(page.etags, at),
    modified: textAt(page.modified, at),
    storageClass: textAt(page.storageClasses, at),
  };
}

/** The same of a destination. */
export function replicaAt(row: Row) {
  const { etag, modified, storageClass } = textsAt(row);
  return { replicaETag: etag, replicaFrom: modified, replicaClass: storageClass };
}

/** Verdicts that are no proof: the ledger may know better. */
export function isDoubtful(verdict: Verdict): boolean {
  return verdict === 'other ETag' || verdict === 'source is newer';
}

/**
 * Whether the ledger knows that this replica was made from this very state of the source, or was found to be the same. Only what
 * was settled last counts: after a failed attempt the item tells of a source that was seen, and of a replica of an older one.
 */
export function isExplained(
  { etag, modified }: { readonly etag: string; readonly modified: string },
  replicaETag: string,
  entry: LedgerEntry | undefined,
): boolean {
  if (entry === undefined || (entry.outcome !== 'copied' && entry.outcome !== 'same')) return false;
  if (entry.replicaMadeFrom !== etag || entry.replicaETag !== replicaETag) return false;
  // The description may have been rewritten since, under the same ETag.
  return inSeconds(entry.sourceLastModified ?? '') >= inSeconds(modified);
}

/** Whether the ledger knows of this very state of the source that it cannot be copied. */
export function isImpossible({ modified }: { readonly modified: string }, entry: LedgerEntry | undefined): boolean {
  return entry?.outcome === 'cannot' && inSeconds(entry.sourceLastModified ?? '') >= inSeconds(modified);
}

/**
 * Whether that is a fact which nothing but a change of this very state can alter, or, of an archived object, that it is given back: then nothing is gained by looking at it night
 * for night. What an Intelligent-Tiering object gets back from its archive no listing tells.
 */
export function isFact(
  { etag, modified, storageClass }: { readonly etag: string; readonly modified: string; readonly storageClass: string },
  entry: LedgerEntry | undefined,
): entry is LedgerEntry {
  if (entry?.outcome !== 'cannot' || entry.sourceETag !== etag) return false;
  if (inSeconds(entry.sourceLastModified ?? '') !== inSeconds(modified)) return false;
  return entry.reason === 'archived' ? isArchived(storageClass) : LASTING.has(entry.reason);
}

/** Reasons of `cannot` that are about the object as such. */
const LASTING: ReadonlySet<string> = new Set(['SSE-C', 'too large']);

/** Such bytes cannot be read, unless they were given back. */
export function isArchived(storageClass: string): boolean {
  return storageClass === 'GLACIER' || storageClass === 'DEEP_ARCHIVE';
}

/** `2026-11-21T01:00:00`. */
function inSeconds(time: string): string {
  return time.slice(0, 19);
}
