import { expect, it } from 'vitest';
import { scrubFinding } from '../../../functions/reconcile/verify-scrubs.ts';

const SENT = '2026-11-21T01:05:00.000Z';
const BEFORE = '2026-11-21T01:04:59.999Z';

it.each<[string, ReturnType<typeof scrubFinding>]>([
  ['bytes compared', 'bytes'],
  ['checksums compared', 'checksums'],
  ['bytes differ', 'drift'],
  ['checksums differ', 'drift'],
  ['source is damaged', 'damagedSource'],
  ['either side may be damaged', 'damagedSource'],
  ['not compared: in an archive', { notCompared: 'in an archive' }],
  ['content differs', undefined],
  ['same', undefined],
])('what the ledger calls "%s" is %o, if it was noted since it was asked for', (reason, found) => {
  expect(scrubFinding({ outcome: 'same', reason, recordedAt: SENT }, SENT)).toEqual(found);
  expect(scrubFinding({ outcome: 'same', reason, recordedAt: BEFORE }, SENT)).toBeUndefined();
});

it('nothing is known of a key that the ledger does not have', () => {
  expect(scrubFinding(undefined, SENT)).toBeUndefined();
});
