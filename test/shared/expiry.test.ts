import { describe, expect, it } from 'vitest';
import { expiredUpTo, isExpired } from '../../shared/expiry.ts';
import type { ExpiryRule } from '../../shared/expiry.ts';
import type { Note } from '../../shared/objects/note.ts';

const at = (time: string) => new Date(`2026-${time}Z`);
const rule = (days: number, more: Partial<ExpiryRule> = {}): ExpiryRule => ({ prefix: '', after: { days }, ...more });
const NOW = at('11-21T10:30:00').getTime();

describe('what has expired was written until', () => {
  it.each<[name: string, rules: readonly ExpiryRule[], until: Date | undefined]>([
    ['nothing has: no rules', [], undefined],
    ['so many days before the last midnight', [rule(3)], at('11-18T00:00:00')],
    ['the latest of several rules', [rule(30), rule(3), rule(7)], at('11-18T00:00:00')],
    ['with the prefix of the key', [rule(3, { prefix: 'logs/' })], at('11-18T00:00:00')],
    ['nothing has: another prefix', [rule(3, { prefix: 'a/' })], undefined],
    ['larger than that', [rule(3, { largerThan: 9 })], at('11-18T00:00:00')],
    ['nothing has: not larger', [rule(3, { largerThan: 10 })], undefined],
    ['smaller than that', [rule(3, { smallerThan: 11 })], at('11-18T00:00:00')],
    ['nothing has: not smaller', [rule(3, { smallerThan: 10 })], undefined],
    [
      'a date that has come: the last midnight',
      [rule(0, { after: { date: at('11-01T00:00:00') } })],
      at('11-21T00:00:00'),
    ],
    ['a date of today', [rule(0, { after: { date: at('11-21T00:00:00') } })], at('11-21T00:00:00')],
    ['a date of this very moment', [rule(0, { after: { date: new Date(NOW) } })], at('11-21T00:00:00')],
    ['nothing has: a date to come', [rule(0, { after: { date: at('12-01T00:00:00') } })], undefined],
  ])('%s', (_name, rules, until) => {
    expect(expiredUpTo(rules, { key: 'logs/a', size: 10, now: NOW })).toEqual(until);
  });

  it.each([0, 1])('of %i bytes, too, where no rule says how large', (size) => {
    expect(expiredUpTo([rule(3)], { key: 'k', size, now: NOW })).toEqual(at('11-18T00:00:00'));
  });

  it('whatever the size, where it is not known', () => {
    const rules = [rule(3, { largerThan: 10 })];
    expect(expiredUpTo(rules, { key: 'k', now: NOW })).toEqual(at('11-18T00:00:00'));
  });

  // The example of the page on lifecycle rules: 3 days from 15 January, 10:30, end on 19 January at midnight.
  it.each([
    ['2014-01-18T23:59:59.999Z', false],
    ['2014-01-19T00:00:00.000Z', true],
  ])('as S3 counts the days, at %s: %s', (now, expired) => {
    const upTo = expiredUpTo([rule(3)], { key: 'k', now: Date.parse(now) });
    expect(upTo !== undefined && new Date('2014-01-15T10:30:00Z') <= upTo).toBe(expired);
  });
});

describe('a replica that is not there has expired', () => {
  const source = { etag: 'one', lastModified: at('10-01T12:00:00') };
  const note: Note = {
    sourceETag: 'one',
    replicaETag: 'one',
    sourceLastModified: at('10-01T12:00:00'),
    replicaFrom: at('10-02T00:00:00'),
  };
  const { replicaFrom: _, ...undated } = note;
  const { sourceLastModified: _too, ...ofSomeTime } = note;

  it.each<[name: string, note: Note | undefined, upTo: Date | undefined, expired: boolean]>([
    ['it was made of this source, and its time is over', note, at('10-02T00:00:00'), true],
    ['its time is not over', note, at('10-01T23:59:59'), false],
    ['nothing expires', note, undefined, false],
    ['nothing is known of it', undefined, at('11-01T00:00:00'), false],
    ['nobody knows how old it was', undated, at('11-01T00:00:00'), false],
    ['nobody knows of which state it was made', ofSomeTime, at('11-01T00:00:00'), false],
    ['the source has other bytes now', { ...note, sourceETag: 'two' }, at('11-01T00:00:00'), false],
    [
      'the same bytes were written anew',
      { ...note, sourceLastModified: at('09-01T12:00:00') },
      at('11-01T00:00:00'),
      false,
    ],
    [
      'an older version of the same bytes came back',
      { ...note, sourceLastModified: at('10-01T12:00:01') },
      at('11-01T00:00:00'),
      false,
    ],
    [
      'a listing tells fractions of a second',
      { ...note, sourceLastModified: at('10-01T12:00:00.999') },
      at('11-01T00:00:00'),
      true,
    ],
  ])('%s', (_name, note, upTo, expired) => {
    expect(isExpired(source, { note, upTo })).toBe(expired);
  });
});
