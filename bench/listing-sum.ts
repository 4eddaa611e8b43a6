import { createHash } from 'node:crypto';

/** Sums up a listing: the same only if the same keys have the same ETags, in the same order. */
export function listingSum(): ListingSum {
  const hash = createHash('md5');
  let text = '';
  return {
    add(key, etag) {
      text += `${key}\n${etag.replaceAll('"', '')}\n`;
      if (text.length < ENOUGH) return;
      hash.update(text);
      text = '';
    },
    end: () => hash.update(text).digest('hex'),
  };
}

export interface ListingSum {
  /** An ETag may have its quotes. */
  add(key: string, etag: string): void;
  end(): string;
}

/** Characters that are worth a call. */
const ENOUGH = 65_536;
