import { compareKeys } from '../../shared/objects/key-order.ts';
import type { ObjectKey } from '../../shared/objects/object-key.ts';
import { textsOf } from '../../shared/listing/texts.ts';
import type { differencePages } from './difference.ts';

/** What is behind a cursor. */
export async function* behind(
  pages: ReturnType<typeof differencePages>,
  after: ObjectKey | undefined,
): ReturnType<typeof differencePages> {
  for await (const { differences } of pages) {
    const left = after === undefined ? differences : differences.filter(({ key }) => compareKeys(key, after) > 0);
    yield { keys: textsOf(left.map(({ key }) => key)), differences: left };
  }
}
