import type { ListPage } from '../../shared/listing/list-page.ts';
import type { ListingPage } from '../../shared/listing/listing.ts';
import { stringsOf } from '../../shared/listing/texts.ts';

/** A page as arrays of strings, to be compared. */
export function stringsOfPage({ keys, etags, sizes, modified, storageClasses }: ListingPage) {
  return {
    keys: stringsOf(keys),
    etags: stringsOf(etags),
    sizes: Array.from(sizes).slice(0, keys.length),
    modified: stringsOf(modified),
    storageClasses: stringsOf(storageClasses),
  };
}

export function stringsOfAnswer({ rows, ...others }: ListPage) {
  return { ...stringsOfPage(rows), ...others };
}
