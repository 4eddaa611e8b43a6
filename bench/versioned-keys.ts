import { itemOf } from './shelf.ts';

/** One version of the bench's versioned bucket. */
export interface BenchVersion {
  readonly id: string;
  readonly deleteMarker: boolean;
  readonly etag: string;
  readonly size: number;
  readonly modified: Date;
}

/** The versions of key number `index`, newest first: one, three, a delete marker on one, or four with a delete marker among them. */
export function versionsOf(index: number): { readonly key: string; readonly versions: readonly BenchVersion[] } {
  const { key, etag, size } = itemOf(index);
  const kinds = KINDS[index % KINDS.length] ?? [];
  const versions = kinds.map((kind, place) => ({
    id: `${String(index).padStart(9, '0')}.${kinds.length - place}.${etag}`.slice(0, 32),
    deleteMarker: kind === 'marker',
    etag,
    size: size + place,
    modified: new Date(FIRST + ((index * 7) % 30) * DAY + (kinds.length - place) * 20 * DAY),
  }));
  return { key, versions };
}

/** The number of a key. */
export function indexOf(key: string): number {
  return Number(key.slice(-17, -8));
}

const KINDS = [
  ['object'],
  ['object', 'object', 'object'],
  ['marker', 'object'],
  ['object', 'marker', 'object', 'object'],
] as const;
const DAY = 86_400_000;
const FIRST = Date.UTC(2026, 0, 1);
