import { BucketError } from './bucket.ts';
import { compareKeys } from './key-order.ts';
import type { ListPage } from './list-page.ts';
import type { ListingPage } from './listing.ts';
import { areObjectKeys } from './object-key.ts';

/**
 * Takes what S3 answered for a page of a listing, if it is one: a merge of two listings that are not in order would find objects
 * missing that are there, and miss others.
 *
 * @throws {BucketError} that names the keys.
 */
export function verifiedPage(page: ListPage, { bucket, prefix, last }: Expected): ListingPage {
  const { keys, etags, sizes, modified, storageClasses } = page;
  if (page.encodingType !== 'url') {
    throw noListing(bucket, 'S3 did not encode the keys (EncodingType=url), so that some of them may be others');
  }
  if (!areObjectKeys(keys)) throw noListing(bucket, 'a key is empty, or longer than S3 allows');
  mustAscend(keys, { bucket, prefix, last });
  return { keys, etags, sizes, modified, storageClasses };
}

/** Strictly, from behind `last`, and all with the prefix. @throws {BucketError} */
export function mustAscend(texts: readonly string[], { bucket, prefix, last }: Expected): void {
  let before: string | undefined = last;
  for (const text of texts) {
    if (before !== undefined && compareKeys(before, text) >= 0) {
      throw noListing(bucket, `${show(text)} comes after ${show(before)}, which is not S3's order`);
    }
    before = text;
  }
  // In this order what has a prefix stands together: if the first and the last have it, all have.
  const stranger = [texts[0], texts.at(-1)].find((text) => text?.startsWith(prefix) === false);
  if (stranger !== undefined) throw noListing(bucket, `${show(stranger)} does not begin with ${show(prefix)}`);
}

export interface Expected {
  readonly bucket: string;
  /** What all keys begin with. */
  readonly prefix: string;
  /** What all keys come behind. */
  readonly last: string | undefined;
}

export function noListing(bucket: string, why: string): BucketError {
  return new BucketError(`Cannot list "${bucket}": ${why}`, {
    code: 'InvalidListing',
    cause: undefined,
  });
}

/** Readable whatever it contains. */
function show(text: string): string {
  return JSON.stringify(text);
}
