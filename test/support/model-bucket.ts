import { Buffer } from 'node:buffer';
import type { KeyRange, ListedBucket, ListingPage } from '../../shared/listing/listing.ts';
import { listingPage } from '../../shared/listing/listed-rows.ts';
import { objectKey } from '../../shared/objects/object-key.ts';

/** An object as a listing tells of it. */
export interface ModelObject {
  readonly etag: string;
  readonly size: number;
  /** ISO 8601. */
  readonly modified: string;
  readonly storageClass?: string;
}

/** A bucket that can be listed, in memory. It sorts and cuts by bytes, and shares nothing with what is tested. */
export interface ModelBucket extends ListedBucket {
  readonly objects: Map<string, ModelObject>;
  /** How many pages were asked for. */
  pagesRead: number;
}

export interface ModelOptions {
  readonly pageSize?: () => number;
  /** May throw in place of a page. */
  readonly onPage?: () => void;
}

export function modelBucket(
  name: string,
  { pageSize = () => 3, onPage = () => undefined }: ModelOptions = {},
): ModelBucket {
  const objects = new Map<string, ModelObject>();
  const bucket: ModelBucket = {
    name,
    objects,
    pagesRead: 0,
    async *pages(range) {
      let after: string | undefined = range.after;
      for (;;) {
        bucket.pagesRead++;
        onPage();
        // As S3: every page is of the bucket as it is by then.
        const keys = inOrder([...objects.keys()].filter((key) => isIn(key, { ...range, after })));
        const page = keys.slice(0, pageSize());
        yield pageOf(objects, page);
        if (page.length === keys.length) return;
        after = page.at(-1) ?? after;
      }
    },
    async level(prefix) {
      onPage();
      const below = inOrder(objects.keys()).filter((key) => key.startsWith(prefix));
      const folders = below.flatMap((key) => {
        const end = key.indexOf('/', prefix.length);
        return end === -1 ? [] : key.slice(0, end + 1);
      });
      const keys = below.filter((key) => !key.slice(prefix.length).includes('/')).map(objectKey);
      return { prefixes: [...new Set(folders)], keys, truncated: false };
    },
  };
  return bucket;
}

export function compare(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

export function inOrder(keys: Iterable<string>): string[] {
  return [...keys]
    .map((key) => ({ key, bytes: Buffer.from(key) }))
    .toSorted((one, other) => Buffer.compare(one.bytes, other.bytes))
    .map(({ key }) => key);
}

interface Bounds extends Pick<KeyRange, 'through' | 'prefix'> {
  readonly after: string | undefined;
}

function isIn(key: string, { after, through, prefix = '' }: Bounds): boolean {
  return (
    key.startsWith(prefix) &&
    (after === undefined || compare(key, after) > 0) &&
    (through === undefined || compare(key, through) <= 0)
  );
}

function pageOf(objects: ReadonlyMap<string, ModelObject>, keys: readonly string[]): ListingPage {
  const rows = keys.flatMap((key) => objects.get(key) ?? []);
  return listingPage(
    rows.map((row, index) => ({ storageClass: 'STANDARD', ...row, key: objectKey(keys[index] ?? '') })),
  );
}
