import type { ListingPage } from '../shared/listing/listing.ts';
import { textAt } from '../shared/listing/texts.ts';
import type { Seen } from './lister.ts';

/** Shows a page as a sweep sees it: strings are made only of what is asked for. */
export function seePage({ keys, etags, sizes }: ListingPage, { size, texts }: Seen): void {
  for (let row = 0; row < keys.length; row++) {
    size(sizes[row] ?? 0);
    texts?.(textAt(keys, row), textAt(etags, row));
  }
}
