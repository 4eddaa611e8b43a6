import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyFilesOf, keysIn } from '../../../cli/restore/keys-file.ts';
import { UsageError } from '../../../cli/terminal/usage-error.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keys-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

async function keysOf(bytes: string | Buffer): Promise<readonly string[]> {
  const name = join(folder, 'keys.txt');
  writeFileSync(name, bytes);
  return keysIn(await keyFilesOf(name));
}

const utf16be = (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le').swap16();

describe('a list of keys', () => {
  it.each([
    ['UTF-8', 'a\nö\n', ['a', 'ö']],
    ['without a last end of line', 'a\nb', ['a', 'b']],
    ['one letter', 'a', ['a']],
    ['UTF-8 with a mark', '\uFEFFa\nb\n', ['a', 'b']],
    ['a mark and one letter', '\uFEFFa', ['a']],
    ['UTF-16 LE', Buffer.from('\uFEFFa\nö\n\u{1F600}', 'utf16le'), ['a', 'ö', '\u{1F600}']],
    ['UTF-16 BE', utf16be('a\r\nö\r\n\u010A\n'), ['a', 'ö', '\u010A']],
    ['CRLF', 'a\r\nb\r\n', ['a', 'b']],
    ['spaces, which are kept', ' a \nb\t\n', [' a ', 'b\t']],
    ['empty lines, and keys twice', '\nb\n\na\nb\n', ['a', 'b']],
    ['JSON', '"a\\nb"\n"c\\rd"\n"e\\u0000"\n', ['a\nb', 'c\rd', 'e\0']],
    ['a mark within', 'a\uFEFF\n', ['a\uFEFF']],
  ])('%s', async (_, bytes, keys) => {
    expect(await keysOf(bytes)).toEqual(keys);
  });

  it.each([
    ['nothing', '', /^There are no keys in/],
    ['only a mark', '\uFEFF', /^There are no keys in/],
    ['only empty lines', '\n\r\n\n', /^There are no keys in/],
    [
      'Latin-1',
      Buffer.from('a\nb\ngr\u00fc\u00dfe\n', 'latin1'),
      /^Line 3 of .* is no UTF-8; if the file is Latin-1: iconv/,
    ],
    ['UTF-16 without a mark', Buffer.from('a\nb\n', 'utf16le'), /^Line 1 of .* holds NUL/],
    [
      'half a character of UTF-16',
      Buffer.concat([Buffer.from('\uFEFFa\n', 'utf16le'), Buffer.from([0x61])]),
      /^Line 2 of .* is no UTF-16LE/,
    ],
    ['CR only', 'a\rb\r', /^Line 1 of .* holds CR/],
    ['NUL', 'a\nb\0c\n', /^Line 2 of .* holds NUL/],
    ['a key that is too long', `a\n${'x'.repeat(1025)}\n`, /^Line 2 of .* is no key/],
    ['no end of line at all', 'x'.repeat(100_000), /^Line 1 of .* is no key: it is longer than any key/],
    ['half a JSON', 'a\n"b\n', /^Line 2 of .* is no key/],
    ['what is no text', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a]), /^Line 1 of .* is no UTF-8/],
  ])('%s is refused, with the line', async (_, bytes, says) => {
    const refused = keysOf(bytes);
    await expect(refused).rejects.toThrow(says);
    await expect(refused).rejects.toThrow(UsageError);
  });

  it('is refused where it is a folder, or nothing at all', async () => {
    await expect(keyFilesOf(folder)).rejects.toThrow(/^Cannot read the keys in .*it is a folder/);
    await expect(keyFilesOf(join(folder, 'nowhere'))).rejects.toThrow(
      /^Cannot read the keys in .*there is no such file/,
    );
  });

  it('is read in pieces, and given on in files of 10,000 in the order of S3', async () => {
    const name = join(folder, 'keys.txt');
    const keys = Array.from({ length: 25_000 }, (_, n) => `ключ/${String(n).padStart(6, '0')}`);
    writeFileSync(name, keys.toReversed().join('\n'));
    const files = await keyFilesOf(name);
    expect(files.map((text) => text.split('\n').length - 1)).toEqual([10_000, 10_000, 5000]);
    expect(keysIn(files)).toEqual(keys);
  });
});
