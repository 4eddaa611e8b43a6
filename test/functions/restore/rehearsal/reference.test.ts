import { expect, it } from 'vitest';
import { referencesFor } from '../../../../functions/restore/rehearsal/reference.ts';
import type { ObjectState } from '../../../../shared/objects/bucket.ts';

const [ONE, OTHER] = ['a'.repeat(32), 'b'.repeat(32)];
const PARTS = `${'c'.repeat(32)}-2`;

function state(etag: string, { second = 0, kms = false, archived = false } = {}): ObjectState {
  const lastModified = new Date(Date.UTC(2026, 0, 1, 0, 0, second));
  return { etag, size: 1, lastModified, kms, archived, description: { metadata: {}, tagCount: 0 } };
}

const ALL = ['source', 'record', 'replica'];
const OWN = ['record', 'replica'];

it.each<
  [
    name: string,
    source: ObjectState | undefined,
    replica: ObjectState | undefined,
    sourceETag: string | undefined,
    expected: readonly string[],
  ]
>([
  ['the source is gone', undefined, state(ONE), ONE, OWN],
  ['the source is in an archive', state(ONE, { archived: true }), state(ONE), ONE, OWN],
  ['the source is what the ledger says', state(ONE), state(ONE), ONE, ALL],
  ['the same, and KMS changed the ETag', state(ONE), state(OTHER, { kms: true }), ONE, ['source', 'replica']],
  ['the same, of several parts', state(PARTS), state(PARTS), PARTS, ['source', 'replica']],
  ['the source has changed since, says the ledger', state(OTHER), state(ONE), ONE, OWN],
  ['changed and back in one second: by its ETag the same', state(ONE, { second: 9 }), state(ONE), ONE, ALL],
  ['changed since, of several parts', state(PARTS), state(`${PARTS}3`), `${PARTS}3`, ['replica']],
  ['no ledger, the same ETag', state(ONE, { second: 9 }), state(ONE), undefined, ALL],
  ['no ledger, another ETag, written after the replica', state(OTHER, { second: 9 }), state(ONE), undefined, OWN],
  ['no ledger, another ETag, of the same second', state(OTHER), state(ONE), undefined, OWN],
  ['no ledger, another ETag, older: somebody else wrote it', state(OTHER), state(ONE, { second: 9 }), undefined, ALL],
  ['the replica is gone, the ledger knows its source', state(ONE), undefined, ONE, ['source']],
  ['the replica is gone, its source is unknown', state(ONE), undefined, undefined, []],
])('%s', (_, source, replica, sourceETag, expected) => {
  expect(referencesFor({ source, replica, sourceETag })).toEqual(expected);
});
