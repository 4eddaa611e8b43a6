import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { compareKeys } from '../../../shared/objects/key-order.ts';
import { addRow, beginRows, decodeKeys, endRows, listingPage } from '../../../shared/listing/listed-rows.ts';
import { decodeForm } from '../../../shared/objects/object-key.ts';
import { compareTexts, headOf, lastOf, stringsOf, textAt, textsOf } from '../../../shared/listing/texts.ts';
import { stringsOfPage } from '../../support/strings-of-page.ts';
import { ofStories } from '../../support/stories.ts';

const text = fc
  .oneof(fc.string({ unit: 'binary', maxLength: 12 }), fc.string({ maxLength: 40 }))
  .map((text) => text.toWellFormed());
const row = fc.record({ key: text, modified: text, etag: text, storageClass: text, size: fc.nat() });
const ROW = { key: 'k', modified: 'm', etag: 'e', storageClass: 'c', size: 1 };

describe('rows', () => {
  it('are what was put in, however many there are, page after page', () => {
    fc.assert(
      fc.property(fc.array(fc.array(row, { maxLength: 30 }), { maxLength: 3 }), (pages) => {
        const made = pages.map(listingPage);
        for (const [index, rows] of pages.entries()) {
          const page = made[index] ?? listingPage([]);
          expect(stringsOfPage(page)).toEqual({
            keys: rows.map(({ key }) => key),
            modified: rows.map(({ modified }) => modified),
            etags: rows.map(({ etag }) => etag),
            storageClasses: rows.map(({ storageClass }) => storageClass),
            sizes: rows.map(({ size }) => size),
          });
        }
      }),
    );
    const many = Array.from({ length: 5000 }, (_, number) => ({ ...ROW, key: `k${number}`.repeat(30), size: number }));
    const page = listingPage(many);
    expect(stringsOf(page.keys)).toEqual(many.map(({ key }) => key));
    expect(Array.from(page.sizes)).toEqual(many.map(({ size }) => size));
  });

  it('are decoded as forms are, and nothing else of them', () => {
    const piece = fc.constantFrom('a', '+', '%2B', '%25', '%2f', '%C3%A9', '%F0%9F%98%80', 'é', '😀', ' ');
    const broken = fc.constantFrom('%', '%4', '%zz', '%FF', '%C3', '%ED%A0%80');
    const key = fc
      .array(fc.oneof({ weight: 30, arbitrary: piece }, broken), { maxLength: 8 })
      .map((all) => all.join(''));
    fc.assert(
      fc.property(fc.array(key, { maxLength: 6 }), (keys) => {
        const etags = keys.map((key) => `%41+${key}`);
        const decoded = outcome(() => {
          const draft = beginRows();
          for (const [row, key] of keys.entries()) addRow(draft, { ...ROW, key, etag: etags[row] ?? '' });
          decodeKeys(draft);
          const page = endRows(draft);
          return { keys: stringsOf(page.keys), etags: stringsOf(page.etags) };
        });
        expect(decoded).toEqual(outcome(() => ({ keys: keys.map(decodeForm), etags })));
      }),
      { numRuns: ofStories(2000) },
    );
  });

  test('a key that is no text is none', () => {
    expect(() => listingPage([{ ...ROW, key: 'a\uD800' }])).toThrow(SyntaxError);
  });
});

describe('texts', () => {
  it('compare as keys do, in whatever column they are', () => {
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1, maxLength: 8 }),
        fc.array(text, { minLength: 1, maxLength: 8 }),
        (rows, others) => {
          const [{ keys, etags }, column] = [listingPage(rows), textsOf(others)];
          for (const [at, { key, etag }] of rows.entries())
            for (const [its, other] of others.entries()) {
              expect(Math.sign(compareTexts(keys, at, column, its))).toBe(Math.sign(compareKeys(key, other)));
              expect(Math.sign(compareTexts(column, its, etags, at))).toBe(Math.sign(compareKeys(other, etag)));
              expect(compareTexts(keys, at, keys, at)).toBe(0);
            }
        },
      ),
      { numRuns: 500 },
    );
  });

  test('have ends', () => {
    const texts = textsOf(['a', 'b', 'c']);
    expect([stringsOf(headOf(texts, 2)), lastOf(headOf(texts, 2)), lastOf(textsOf([]))]).toEqual([
      ['a', 'b'],
      'b',
      undefined,
    ]);
    for (const row of [-1, 2, Number.NaN]) expect(() => textAt(headOf(texts, 2), row)).toThrow(RangeError);
  });
});

/** What it returns, or what it throws. */
function outcome(decode: () => unknown): unknown {
  try {
    return decode();
  } catch (error) {
    return String(error);
  }
}
