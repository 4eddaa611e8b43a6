import { describe, expect, it } from 'vitest';
import { arrivalOf, contentOf, newStamp } from '../../../functions/canary/arrival.ts';

const earlier = newStamp(Date.parse('2026-11-21T01:00:00Z'), 'ffffffff');
const stamp = newStamp(Date.parse('2026-11-21T01:15:00Z'), '1a2b3c4d');
const later = newStamp(Date.parse('2026-11-21T01:15:01Z'), '00000000');
const canary = { stamp, etag: 'e1' };
const arrived = { etag: 'e1', inMetadata: stamp, inTags: stamp };

describe('arrivalOf()', () => {
  it.each([
    { name: 'nothing', seen: undefined, answer: { why: 'it is not there' } },
    {
      name: 'one without a stamp',
      seen: { ...arrived, inMetadata: undefined },
      answer: { why: 'an older one is there' },
    },
    {
      name: 'the one before',
      seen: { etag: 'e0', inMetadata: earlier, inTags: earlier, content: contentOf(earlier) },
      answer: { why: 'an older one is there' },
    },
    {
      name: 'no tags',
      seen: { ...arrived, inTags: undefined },
      answer: { why: 'its tags are not those it was put with' },
    },
    {
      name: 'the tags of the one before',
      seen: { ...arrived, inTags: earlier },
      answer: { why: 'its tags are not those it was put with' },
    },
    {
      name: 'another ETag and another content',
      seen: { ...arrived, etag: 'e2', content: contentOf(earlier) },
      answer: { why: 'its content is not what was put' },
    },
    { name: 'the same ETag', seen: arrived, answer: 'arrived' },
    {
      name: 'the same content under an ETag of KMS',
      seen: { ...arrived, etag: 'e2', content: contentOf(stamp) },
      answer: 'arrived',
    },
    { name: 'another ETag in an archive', seen: { ...arrived, etag: 'e2' }, answer: 'arrived' },
    {
      name: 'a later one',
      seen: { etag: 'e2', inMetadata: later, inTags: later, content: contentOf(later) },
      answer: 'arrived',
    },
    {
      name: 'a later one with the content of this one',
      seen: { etag: 'e2', inMetadata: later, inTags: later, content: contentOf(stamp) },
      answer: { why: 'its content is not what was put' },
    },
  ])('of $name', ({ seen, answer }) => {
    expect(arrivalOf(canary, seen)).toEqual(answer);
  });

  it('has stamps that may stand in a tag', () => {
    expect(stamp).toMatch(/^[\w .:/=+@-]{1,256}$/);
  });
});
