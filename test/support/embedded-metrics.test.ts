import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { embeddedMetrics } from './embedded-metrics.ts';

const METRIC = { Name: 'Copied', Unit: 'Count' };
const many = <T>(count: number, make: (n: number) => T) => Array.from({ length: count }, (_, n) => make(n));

describe('embeddedMetrics()', () => {
  it('reads every metric with every set of dimensions', () => {
    const text = line({ Dimensions: [['a'], ['a', 'b']] }, { a: '1', b: '2', Copied: [1, 2] });
    expect(embeddedMetrics([{ message: 'no metrics' }, text])).toEqual([
      { namespace: 'Ours', name: 'Copied', unit: 'Count', dimensions: { a: '1' }, values: [1, 2] },
      { namespace: 'Ours', name: 'Copied', unit: 'Count', dimensions: { a: '1', b: '2' }, values: [1, 2] },
    ]);
  });

  it.each<[what: string, line: object]>([
    ['a unit that CloudWatch does not know', line({ Metrics: [{ Name: 'Copied', Unit: 'Objects' }] })],
    ['no metric', line({ Metrics: [] })],
    ['no dimensions', line({ Dimensions: [] })],
    ['a namespace of AWS', line({ Namespace: 'AWS/S3' })],
    ['a field that does not exist', line({ Period: 60 })],
    ['a metric without a value', line({ Metrics: [METRIC, { Name: 'Failed' }] })],
    ['a dimension without a value', line({ Dimensions: [['a', 'c']] })],
    ['a value that is text', line({}, { a: '1', Copied: '1' })],
    ['a dimension that is a number', line({}, { a: 1, Copied: 1 })],
    ['101 values', line({}, { a: '1', Copied: many(101, () => 1) })],
    [
      '101 metrics',
      line(
        { Metrics: many(101, (n) => ({ Name: `m${n}` })) },
        { a: '1', ...Object.fromEntries(many(101, (n) => [`m${n}`, 1])) },
      ),
    ],
    [
      '31 dimensions',
      line(
        { Dimensions: [many(31, (n) => `d${n}`)] },
        {
          Copied: 1,
          ...Object.fromEntries(many(31, (n) => [`d${n}`, 'x'])),
        },
      ),
    ],
    ['no time', { _aws: { CloudWatchMetrics: [] } }],
  ])('throws on %s', (_, text) => {
    expect(() => embeddedMetrics([text])).toThrow(v.ValiError);
  });
});

function line(directive: object, members: object = { a: '1', Copied: 1 }): object {
  const CloudWatchMetrics = [{ Namespace: 'Ours', Dimensions: [['a']], Metrics: [METRIC], ...directive }];
  return { _aws: { Timestamp: 1_700_000_000_000, CloudWatchMetrics }, ...members };
}
