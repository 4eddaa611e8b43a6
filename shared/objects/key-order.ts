/**
 * The order in which S3 lists keys: by the bytes of their UTF-8. Less than 0: `one` comes first.
 *
 * JavaScript compares the units of UTF-16, which puts the surrogates of 😀 (U+1F600) before ～ (U+FF5E); UTF-8 puts them behind.
 * A merge that used `<` would miss objects, and report others that are there.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ListingKeysUsingAPIs.html
 */
export function compareKeys(one: string, other: string): number {
  if (one === other) return 0;
  const less = one < other ? -1 : 1;
  if (!SURROGATE.test(one) && !SURROGATE.test(other)) return less;
  const shorter = Math.min(one.length, other.length);
  let at = 0;
  while (at < shorter && one.charCodeAt(at) === other.charCodeAt(at)) at++;
  if (at === shorter) return less;
  return asInUtf8(one.charCodeAt(at)) - asInUtf8(other.charCodeAt(at));
}

const SURROGATE = /[\uD800-\uDFFF]/;

/** Moves the surrogates above all other units, where the characters that they stand for are in UTF-8. */
function asInUtf8(unit: number): number {
  return unit >= 0xd8_00 && unit <= 0xdf_ff ? unit + 0x1_00_00 : unit;
}
