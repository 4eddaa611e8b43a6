import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** The checksum of bytes that come in pieces, as S3 shows it: base64 of the big-endian value. */
export function checksum(algorithm: ChecksumAlgorithm, pieces: Iterable<Buffer>): string {
  if (algorithm === 'CRC32') return words(fold(pieces, 0, (piece, value) => crc32(piece, value)));
  if (algorithm === 'CRC32C') return words(~fold(pieces, -1, crc32cOf));
  if (algorithm === 'CRC64NVME') {
    const { high, low } = fold(pieces, { high: -1, low: -1 }, crc64Of);
    return words(~high, ~low);
  }
  const hash = createHash(algorithm.toLowerCase());
  for (const piece of pieces) hash.update(piece);
  return hash.digest('base64');
}

export type ChecksumAlgorithm = (typeof ALGORITHMS)[number];

/** The algorithms of S3 that the simulator computes; the XXHASH family is missing. */
export const ALGORITHMS = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256', 'SHA512', 'MD5'] as const;

export function checksumAlgorithm(name: string): ChecksumAlgorithm | undefined {
  return ALGORITHMS.find((algorithm) => algorithm === name.toUpperCase());
}

interface Crc64 {
  readonly high: number;
  readonly low: number;
}

function fold<Value>(pieces: Iterable<Buffer>, start: Value, add: (piece: Buffer, value: Value) => Value): Value {
  let value = start;
  for (const piece of pieces) value = add(piece, value);
  return value;
}

function crc32cOf(bytes: Buffer, start: number): number {
  let value = start;
  for (const byte of bytes) value = (CRC32C[(value ^ byte) & 255] ?? 0) ^ (value >>> 8);
  return value;
}

/** Two halves of 32 bits, because BigInt is some fifty times slower. */
function crc64Of(bytes: Buffer, start: Crc64): Crc64 {
  let { high, low } = start;
  for (const byte of bytes) {
    const index = (low ^ byte) & 255;
    low = ((low >>> 8) | (high << 24)) ^ (CRC64.low[index] ?? 0);
    high = (high >>> 8) ^ (CRC64.high[index] ?? 0);
  }
  return { high, low };
}

function words(...values: readonly number[]): string {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeInt32BE(value | 0, index * 4);
  return bytes.toString('base64');
}

const CRC32C = crc32cTable();
const CRC64 = crc64Table();

function crc32cTable(): Int32Array {
  return Int32Array.from({ length: 256 }, (_, index) => {
    let value = index;
    for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
    return value;
  });
}

function crc64Table(): { readonly high: Int32Array; readonly low: Int32Array } {
  const high = new Int32Array(256);
  const low = new Int32Array(256);
  for (let index = 0; index < 256; index += 1) {
    let value = BigInt(index);
    for (let bit = 0; bit < 8; bit += 1) value = value & 1n ? (value >> 1n) ^ 0x9a6c9329ac4bc9b5n : value >> 1n;
    high[index] = Number(value >> 32n) | 0;
    low[index] = Number(value & 0xffffffffn) | 0;
  }
  return { high, low };
}
