import { dollars } from '../../shared/report/in-words.ts';

/** ` (retrieval $3, requests $0.5)`: what a price is made of, where it is made of more than one thing that matters. */
export function costsInWords(parts: readonly (readonly [string, number])[]): string {
  const told = parts.filter(([, cost]) => cost >= 0.005);
  return told.length < 2 ? '' : ` (${told.map(([name, cost]) => `${name} ${dollars(cost)}`).join(', ')})`;
}
