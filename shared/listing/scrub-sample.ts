import { Buffer } from 'node:buffer';
import { endOf, startOf } from './texts.ts';
import type { Texts } from './texts.ts';

/**
 * Which keys have their turn one night. Chosen by nothing but the key and the date, so that nobody has to remember what was done: over as many nights as it
 * takes (`nightsOf`), each key is chosen in one of them.
 */
export interface ScrubSample {
  /** More than 0, up to 1: the part of the keys that has its turn each night. It is rounded to one in so many nights. */
  readonly share: number;
  /** Milliseconds since 1970; the day in UTC counts. */
  readonly at: number;
}

/** After so many nights every key has had its turn. */
export function nightsOf(share: number): number {
  return Math.max(1, Math.round(1 / share));
}

export function scrubSample(sample: ScrubSample): (key: string) => boolean {
  const isTonight = turnOf(sample);
  return (key) => isTonight(keyHash(key, 0));
}

/** The same for keys of which there is no string. */
export function scrubSampleOf(sample: ScrubSample): (keys: Texts, row: number) => boolean {
  const isTonight = turnOf(sample);
  return (keys, row) => isTonight(hashOf(keys.bytes, { start: startOf(keys, row), end: endOf(keys, row), seed: 0 }));
}

function turnOf({ share, at }: ScrubSample): (hash: number) => boolean {
  const nights = nightsOf(share);
  const tonight = dayOf(at) % nights;
  return (hash) => hash % nights === tonight;
}

/**
 * Which of the chosen keys are left if not all can be afforded: that part of them, others in every round of nights, so that none is left out forever.
 */
export function scrubPart({ share, at }: ScrubSample, part: number): (key: string) => boolean {
  if (part >= 1) return () => true;
  const round = Math.floor(dayOf(at) / nightsOf(share)) + 1;
  return (key) => keyHash(key, round) / 2 ** 32 < part;
}

function dayOf(at: number): number {
  return Math.floor(at / DAY_MS);
}

const DAY_MS = 86_400_000;

/** FNV-1a over the bytes of UTF-8, stirred at the end as MurmurHash3 does: 32 bits, all alike. */
export function keyHash(text: string, seed: number): number {
  let bits = begun(seed);
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit >= 0x80) {
      const bytes = Buffer.from(text);
      return hashOf(bytes, { start: 0, end: bytes.length, seed });
    }
    bits = Math.imul(bits ^ unit, PRIME);
  }
  return stirred(bits);
}

function hashOf(
  bytes: Uint8Array,
  { start, end, seed }: { readonly start: number; readonly end: number; readonly seed: number },
): number {
  let bits = begun(seed);
  for (let at = start; at < end; at++) bits = Math.imul(bits ^ (bytes[at] ?? 0), PRIME);
  return stirred(bits);
}

function begun(seed: number): number {
  return 0x811c9dc5 ^ Math.imul(seed, 0x9e3779b1);
}

function stirred(hash: number): number {
  let bits = hash;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

const PRIME = 0x01000193;
