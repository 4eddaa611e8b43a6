import { describe, expect, it } from 'vitest';
import { compare, isEqual } from '../../local/compare.ts';

const a = { etag: 'aaaa', size: 1 };
const b = { etag: 'bbbb', size: 1 };
const longer = { etag: 'aaaa', size: 2 };
const none = { equal: [], missing: [], different: [], extra: [], bytes: 0 };

describe('compare()', () => {
  it.each([
    { name: 'two empty buckets', source: {}, destination: {}, expected: none },
    {
      name: 'the same on both sides',
      source: { k: a },
      destination: { k: a },
      expected: { ...none, equal: ['k'], bytes: 1 },
    },
    { name: 'at the source only', source: { k: a }, destination: {}, expected: { ...none, missing: ['k'] } },
    {
      name: 'at the destination only',
      source: {},
      destination: { k: a },
      expected: { ...none, extra: ['k'], bytes: 1 },
    },
    {
      name: 'another ETag',
      source: { k: a },
      destination: { k: b },
      expected: { ...none, different: ['k'], bytes: 1 },
    },
    {
      name: 'another size',
      source: { k: a },
      destination: { k: longer },
      expected: { ...none, different: ['k'], bytes: 2 },
    },
    {
      name: 'keys that only look the same',
      source: { '\u00E9': a },
      destination: { 'e\u0301': a },
      expected: { ...none, missing: ['\u00E9'], extra: ['e\u0301'], bytes: 1 },
    },
  ])('$name', ({ source, destination, expected }) => {
    const comparison = compare(new Map(Object.entries(source)), new Map(Object.entries(destination)));
    expect(comparison).toEqual(expected);
    const { missing, different, extra } = expected;
    expect(isEqual(comparison)).toBe([...missing, ...different, ...extra].length === 0);
  });
});
