import { checksum, type ChecksumAlgorithm } from './checksum.ts';

/**
 * The bytes of an object: held, or only described, so that an object of terabytes takes no memory. Two contents that have the same
 * bytes by construction (cut and joined along whatever boundaries) have the same checksums.
 */
export interface Content {
  /** Bytes. */
  readonly size: number;
  readonly extents: readonly Extent[];
}

type Extent =
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  /** The bytes that `seed` generates, from `offset` on. */
  | { readonly kind: 'pattern'; readonly seed: number; readonly offset: number; readonly length: number };

export function contentOf(bytes: Buffer | string): Content {
  const held = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
  return join([{ size: held.length, extents: [{ kind: 'bytes', bytes: held }] }]);
}

/** `length` bytes that nobody holds: the same ones for the same seed. */
export function patternContent(seed: number, length: number): Content {
  return join([{ size: length, extents: [{ kind: 'pattern', seed, offset: 0, length }] }]);
}

export function join(contents: readonly Content[]): Content {
  const extents: Extent[] = [];
  for (const extent of contents.flatMap((content) => content.extents)) {
    if (lengthOf(extent) === 0) continue;
    const last = extents.at(-1);
    const both = last && merged(last, extent);
    if (both) extents[extents.length - 1] = both;
    else extents.push(extent);
  }
  return { size: extents.reduce((sum, extent) => sum + lengthOf(extent), 0), extents };
}

/** The bytes from `start` up to, not including, `end`. */
export function slice(content: Content, start: number, end: number): Content {
  let position = 0;
  const pieces: Content[] = [];
  for (const extent of content.extents) {
    const length = lengthOf(extent);
    const from = Math.max(start - position, 0);
    const to = Math.min(end - position, length);
    if (from < to) pieces.push({ size: to - from, extents: [cut(extent, from, to)] });
    position += length;
  }
  return join(pieces);
}

/** The bytes themselves. @throws {RangeError} above 64 MiB: what is larger exists as a description only. */
export function bytesOf(content: Content): Buffer {
  if (content.size > 64 * MIB)
    throw new RangeError(`Cannot hold ${content.size} bytes of a described object in memory`);
  return Buffer.concat([...pieces(content)]);
}

/** Base64, computed once per content. Of a large described content it is made up, but the same for the same bytes. */
export function contentChecksum(content: Content, algorithm: ChecksumAlgorithm): string {
  const known = CHECKSUMS.get(content) ?? new Map<ChecksumAlgorithm, string>();
  CHECKSUMS.set(content, known);
  const value =
    known.get(algorithm) ?? checksum(algorithm, isReadable(content) ? pieces(content) : [describe(content)]);
  known.set(algorithm, value);
  return value;
}

/** Hexadecimal, as in an ETag. */
export function contentMd5(content: Content): string {
  return Buffer.from(contentChecksum(content, 'MD5'), 'base64').toString('hex');
}

export const MIB = 1024 * 1024;
const CHECKSUMS = new WeakMap<Content, Map<ChecksumAlgorithm, string>>();

function lengthOf(extent: Extent): number {
  return extent.kind === 'bytes' ? extent.bytes.length : extent.length;
}

/** One extent for two neighbours, so that a description does not depend on how its content was cut. Held bytes stay as they are. */
function merged(left: Extent, right: Extent): Extent | undefined {
  if (left.kind === 'bytes' || right.kind === 'bytes') return undefined;
  if (left.seed !== right.seed || left.offset + left.length !== right.offset) return undefined;
  return { ...left, length: left.length + right.length };
}

function cut(extent: Extent, from: number, to: number): Extent {
  return extent.kind === 'bytes'
    ? { kind: 'bytes', bytes: extent.bytes.subarray(from, to) }
    : { ...extent, offset: extent.offset + from, length: to - from };
}

/** A part of a described content may be small enough to be computed while the whole is not. */
function isReadable(content: Content): boolean {
  return content.size <= MIB || content.extents.every((extent) => extent.kind === 'bytes');
}

function describe(content: Content): Buffer {
  const lines: string[] = [];
  let held: Buffer[] = [];
  for (const extent of [...content.extents, undefined]) {
    if (extent?.kind === 'bytes') {
      held.push(extent.bytes);
      continue;
    }
    if (held.length > 0) lines.push(checksum('SHA256', held));
    held = [];
    if (extent) lines.push(`${extent.seed} ${extent.offset} ${extent.length}`);
  }
  return Buffer.from(lines.join('\n'));
}

function* pieces(content: Content): Generator<Buffer> {
  for (const extent of content.extents) yield extent.kind === 'bytes' ? extent.bytes : generate(extent);
}

function generate(extent: Extract<Extent, { kind: 'pattern' }>): Buffer {
  const bytes = Buffer.allocUnsafe(extent.length);
  for (let index = 0; index < extent.length; index += 1) {
    const position = extent.offset + index;
    const mixed = Math.imul(position ^ (position >>> 15), 0x2c1b3c6d) + Math.floor(position / 2 ** 32) + extent.seed;
    bytes[index] = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39) >>> 24;
  }
  return bytes;
}
