import { contentOf, type Content } from './content.ts';
import { findObject } from './read-object.ts';
import { bucketNamed, keyState, type Store } from './store.ts';
import { checksumValue } from './stored-object.ts';

/** What S3 promises never to do: other bytes, of the same length, behind the same ETag, checksum and time. */
export function corruptObject(
  store: Store,
  { bucket, key, content }: { readonly bucket: string; readonly key: string; readonly content?: string | Content },
): void {
  const state = bucketNamed(store, bucket);
  const before = findObject(state, { key });
  const bytes = typeof content === 'object' ? content : contentOf(content ?? '!'.repeat(before.content.size));
  if (bytes.size !== before.content.size) throw new RangeError('Bytes that go bad do not become more or fewer');
  const checksum = before.checksum.composite === undefined ? { kept: checksumValue(before) } : {};
  const after = { ...before, content: bytes, checksum: { ...before.checksum, ...checksum } };
  const versions = keyState(state, key);
  versions.versions = versions.versions.map((version) => (version === before ? after : version));
}
