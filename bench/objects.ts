import { createHash } from 'node:crypto';

/** The keys of a run. */
export function keysOf(count: number, run: string): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${run}/2026/11/${String(index).padStart(6, '0')}.jpg`);
}

/** Every object has an ETag of its own, known to both sides. */
export function etagOf(key: string): string {
  return createHash('md5').update(key).digest('hex');
}
