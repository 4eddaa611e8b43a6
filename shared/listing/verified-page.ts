import { BucketError } from '../objects/bucket.ts';
import { compareKeys } from '../objects/key-order.ts';
import type { ListPage } from './list-page.ts';
import type { ListingPage } from './listing.ts';
import { canBeKey } from '../objects/object-key.ts';
import { compareTexts, lengthAt, stringsOf, textAt } from './texts.ts';

/**
 * Takes what S3 answered for a page of a listing, if it is one: a merge of two listings that are not in order would find objects
 * missing that are there, and miss others.
 *
 * @throws {BucketError} that names the keys.
 */
export function verifiedPage(page: ListPage, { bucket, prefix, last }: Expected): ListingPage {
  const { keys } = page.rows;
  if (page.encodingType !== 'url') {
    throw notEncoded(bucket);
  }
  for (let row = 0; row < keys.length; row++) {
    if (!canBeKey(lengthAt(keys, row))) throw noListing(bucket, 'a key is empty, or longer than S3 allows');
    if (row > 0 && compareTexts(keys, row - 1, keys, row) >= 0)
      throw notInOrder(bucket, textAt(keys, row - 1), textAt(keys, row));
  }
  // What is between the first and the last is, then, in order, and has the prefix that they have.
  mustAscend(keys.length < 2 ? stringsOf(keys) : [textAt(keys, 0), textAt(keys, keys.length - 1)], {
    bucket,
    prefix,
    last,
  });
  return page.rows;
}

/** Strictly, from behind `last`, and all with the prefix. @throws {BucketError} */
export function mustAscend(texts: readonly string[], { bucket, prefix, last }: Expected): void {
  let before: string | undefined = last;
  for (const text of texts) {
    if (before !== undefined && compareKeys(before, text) >= 0) {
      throw notInOrder(bucket, before, text);
    }
    before = text;
  }
  // In this order what has a prefix stands together: if the first and the last have it, all have.
  const stranger = [texts[0], texts.at(-1)].find((text) => text?.startsWith(prefix) === false);
  if (stranger !== undefined) throw noListing(bucket, `${show(stranger)} does not begin with ${show(prefix)}`);
}

function notInOrder(bucket: string, before: string, text: string): BucketError {
  return noListing(bucket, `${show(text)} comes after ${show(before)}, which is not S3's order`);
}

export interface Expected {
  readonly bucket: string;
  /** What all keys begin with. */
  readonly prefix: string;
  /** What all keys come behind. */
  readonly last: string | undefined;
}

/** S3 encodes when it is asked to; stores that call themselves S3, and the older ones of its emulators, may not. */
export function notEncoded(bucket: string): BucketError {
  return noListing(
    bucket,
    'what answered did not encode the keys though it was asked to (encoding-type=url), as S3 always does, so that some of them may be others',
  );
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
