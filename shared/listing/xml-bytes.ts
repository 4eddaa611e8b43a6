import { Buffer } from 'node:buffer';

/** What stands in the XML of a listing, as bytes. */
export const [LESS, GREATER, SLASH, BANG, QUESTION] = [0x3c, 0x3e, 0x2f, 0x21, 0x3f] as const;
export const [SPACE, QUOTE, APOSTROPHE, AMPERSAND, NINE] = [0x20, 0x22, 0x27, 0x26, 0x39] as const;
export const ZERO = 0x30;
export const SPACES: ReadonlySet<number | undefined> = new Set([SPACE, 0x09, 0x0a, 0x0d]);
export const QUOT = Buffer.from('&quot;');
/** Each zero stands for a digit. */
export const ISO = Buffer.from('0000-00-00T00:00:00.000Z');
export const ISO_FIXED = wordsOf((byte) => byte);
export const ISO_MASKS = wordsOf((byte) => (byte === ZERO ? 0xf0 : 0xff));
export const ISO_SIXES = wordsOf((byte) => (byte === ZERO ? 6 : 0));

function wordsOf(byteFor: (byte: number) => number): Int32Array {
  const view = new DataView(Uint8Array.from(ISO, byteFor).buffer);
  // In the order in which `isIso` reads them, whatever the processor's is.
  return Int32Array.from({ length: ISO.length / 4 }, (_, word) => view.getInt32(4 * word, true));
}

/** What a text has to be treated for: an entity, a character beyond ASCII, url encoding. */
export const [ENTITY, WIDE, ENCODED] = [1, 2, 4] as const;
export const KINDS = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte >= 0x80) return WIDE;
  if (byte === AMPERSAND) return ENTITY;
  return byte === 0x25 || byte === 0x2b ? ENCODED : 0;
});
/** Beside the kinds of two bytes: one of them is `<`. */
export const STOP = 8;
/** The kinds of two bytes, by the number that they are together. */
const PAIRS = new Uint8Array(0x1_00_00);
for (let pair = 0; pair < PAIRS.length; pair++) {
  const [one, other] = [pair & 0xff, pair >>> 8];
  PAIRS[pair] = (KINDS[one] ?? 0) | (KINDS[other] ?? 0) | (one === LESS || other === LESS ? STOP : 0);
}

/** Two at a time, since that is most of the work. */
export function kindsOfPair(view: DataView, at: number): number {
  return PAIRS[view.getUint16(at, true)] ?? 0;
}

/** What may be in an ETag, and stands for itself. */
export const PLAIN = KINDS.map((kind, byte) => (kind === 0 && byte !== LESS ? 1 : 0));
