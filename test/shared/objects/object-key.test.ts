import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copySource, decodeEventKey, objectKey } from '../../../shared/objects/object-key.ts';

/** S3's form encoding of a key in an event: everything but unreserved characters and `/` as %XX, a space as `+`. */
function formEncode(key: string): string {
  return [...Buffer.from(key)]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      if (/[A-Za-z0-9._~/*-]/.test(character)) return character;
      return character === ' ' ? '+' : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}

const oddKeys = [
  'plain.txt',
  'red flower.jpg',
  'a+b',
  '%2B',
  '100%',
  '%',
  'double  space',
  ' leading and trailing ',
  '/leading',
  'trailing/',
  'a//b',
  '..',
  '../../etc/passwd',
  './a',
  'line\nbreak',
  'carriage\r\nreturn',
  '\u0000\u0001\u001f\u007f',
  'tab\t',
  'ünïcödé',
  'e\u0301 combining',
  '日本語',
  '🪣/🗝️',
  '\u{1F600}',
  '\uFF5E',
  '\uFFFF',
  '<&>"\'',
  'a?b=c#d&e;f,g:h@i',
  'back\\slash',
  'a'.repeat(1024),
  '🪣'.repeat(256),
];

describe('decodeEventKey()', () => {
  it.each(oddKeys)('gives back %j', (key) => {
    expect(decodeEventKey(formEncode(key))).toBe(key);
  });

  it('gives back any key that S3 can hold', () => {
    const anyKey = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 256 })
      .filter((key) => Buffer.byteLength(key) <= 1024);
    fc.assert(fc.property(anyKey, (key) => decodeEventKey(formEncode(key)) === key));
  });

  it.each([
    ['red+flower.jpg', 'red flower.jpg'],
    ['a%2Bb', 'a+b'],
    ['a%252Bb', 'a%2Bb'],
    ['%E6%97%A5', '日'],
    ['a%2fb', 'a/b'],
  ])('decodes %s once', (encoded, key) => {
    expect(decodeEventKey(encoded)).toBe(key);
  });

  it.each(['%', '%zz', '%E6%97', '%FF', 'a%C0%80'])('refuses %s, which is not form encoding of UTF-8', (encoded) => {
    expect(() => decodeEventKey(encoded)).toThrow(/Cannot decode the key .* not valid form encoding/);
  });
});

describe('objectKey()', () => {
  it.each([
    ['', /at least one character/],
    ['a'.repeat(1025), /1025 bytes, S3 allows 1024/],
    ['é'.repeat(513), /1026 bytes/],
    ['half \uD83D', /half of a surrogate pair/],
  ])('refuses %j', (text, message) => {
    expect(() => objectKey(text)).toThrow(message);
  });
});

describe('copySource()', () => {
  it.each(oddKeys)('is the bucket and %j, URL-encoded, and decodes to the same key', (key) => {
    const source = copySource('photos', objectKey(key));
    expect(source).toMatch(/^photos\/[A-Za-z0-9\-_.!~*'()%/]*$/);
    expect(decodeURIComponent(source)).toBe(`photos/${key}`);
  });

  it('keeps every slash of the key, since S3 splits bucket and key at the first one', () => {
    expect(copySource('photos', objectKey('/a//b/'))).toBe('photos//a//b/');
  });
});
