import { closestMatch } from 'leven';

/** ` (did you mean "…"?)`, where one of the known words comes near to what was written; else nothing. */
export function didYouMean(written: string, known: readonly string[]): string {
  const near = nearest(written, known);
  return near === undefined ? '' : ` (did you mean "${near}"?)`;
}

/** The known word that was probably meant: a letter or two off, or in other letters. */
export function nearest(written: string, known: readonly string[]): string | undefined {
  const plain = new Map(known.map((word) => [simple(word), word]));
  const found = closestMatch(simple(written), [...plain.keys()], {
    maxDistance: Math.max(1, Math.round(written.length / 4)),
  });
  return found === undefined ? undefined : plain.get(found);
}

function simple(word: string): string {
  return word.toLowerCase().replaceAll(/[\s_]+/g, '-');
}
