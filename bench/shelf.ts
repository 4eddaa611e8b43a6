import { etagOf } from './objects.ts';
import { listingSum } from './listing-sum.ts';
import type { Contents } from './listing-messages.ts';

/** A bucket as the listing server has it: all entries of its listing, rendered, one behind the other. */
export interface Shelf {
  readonly contents: Contents;
  readonly keys: readonly string[];
  readonly xml: Buffer;
  /** Where each entry begins, and behind them the end. */
  readonly offsets: Float64Array;
}

export interface Item {
  readonly key: string;
  readonly etag: string;
  readonly size: number;
}

/** Of the source. Keys of 40 characters in the manner of logs, ascending, 5,000 a day. */
export function itemOf(index: number): Item {
  const day = new Date(FIRST_DAY + Math.floor(index / 5000) * DAY).toISOString().slice(0, 10).replaceAll('-', '/');
  const hour = String(Math.floor((index % 5000) / 209)).padStart(2, '0');
  const key = `logs/${day}/app-${hour}/${String(index).padStart(9, '0')}.json.gz`;
  return { key, etag: etagOf(key), size: 20_000 + ((index * 7919) % 80_000) };
}

export function shelf(bucket: string, items: Iterable<Item>): Shelf {
  const keys: string[] = [];
  const offsets = [0];
  const pieces: Buffer[] = [];
  const sum = listingSum();
  let [text, end, size] = ['', 0, 0];
  for (const item of items) {
    const entry = entryOf(item);
    text += entry;
    end += entry.length;
    keys.push(item.key);
    offsets.push(end);
    sum.add(item.key, item.etag);
    size += item.size;
    if (text.length < 1_000_000) continue;
    pieces.push(Buffer.from(text, 'latin1'));
    text = '';
  }
  pieces.push(Buffer.from(text, 'latin1'));
  const contents = { bucket, objects: keys.length, size, sum: sum.end() };
  return { contents, keys, xml: Buffer.concat(pieces), offsets: Float64Array.from(offsets) };
}

/** As S3 writes it today: nearly every object has a checksum. */
function entryOf({ key, etag, size }: Item): string {
  const modified = `2026-11-21T${etag.replaceAll(/\D/g, '7').slice(0, 2) < '24' ? '06' : '17'}:20:48.000Z`;
  return (
    `<Contents><Key>${key}</Key><LastModified>${modified}</LastModified><ETag>&quot;${etag}&quot;</ETag>` +
    `<ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm><ChecksumType>FULL_OBJECT</ChecksumType>` +
    `<Size>${size}</Size><StorageClass>STANDARD</StorageClass></Contents>`
  );
}

const DAY = 86_400_000;
const FIRST_DAY = Date.UTC(2026, 0, 1);
