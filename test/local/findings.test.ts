import { expect, it } from 'vitest';
import { findingsText, isAllWell, noFindings } from '../../local/findings.ts';
import { narrowTable } from '../../local/narrow-table.ts';
import { RECONCILE_HEAD } from '../../local/reconcile-result.ts';
import { type Result, resultTable } from '../../local/result.ts';

const result: Result = {
  bucket: 'a-bucket-with-a-name-as-long-as-names-of-buckets-can-be-in-s3-63',
  objects: 1_234_567,
  lags: [1_000_000],
  objectsPerSecond: 15,
  equal: [],
  missing: [],
  different: [],
  extra: [],
  bytes: 2_761_573_000,
};

it('what there is is shown, with what is wrong and where the logs are, whatever is not there', async () => {
  const findings = { ...noFindings(), results: [result], problems: ['Reconcile: the machine is busy'] };
  const text = await findingsText(findings, ['package.json', 'absent.log']);
  expect(text).toMatch(/1,234,567[^]*! Reconcile: the machine is busy[^]*The logs are kept:\n {2}package.json$/);
  expect(isAllWell(findings)).toBe(false);
  expect(isAllWell(noFindings())).toBe(false);
});

it.each(['eu', 'a-bucket-with-a-name-as-long-as-names-of-buckets-can-be-in-s3-63'])(
  'no table is wider than 80 columns: %s',
  (bucket) => {
    const reconcile = narrowTable(RECONCILE_HEAD, [[bucket, '1,234,567', '1,234', '12', '123,456', '12', '23:59:59']]);
    for (const line of `${resultTable([{ ...result, bucket }])}\n${reconcile}`.split('\n'))
      expect(/^[│┌├└]/.test(line) ? line.length : 0).toBeLessThanOrEqual(80);
  },
);
