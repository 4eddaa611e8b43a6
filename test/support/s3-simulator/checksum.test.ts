import { expect, test } from 'vitest';
import { checksum, type ChecksumAlgorithm } from './checksum.ts';
import { bytesOf, contentChecksum, contentOf, join, patternContent, slice } from './content.ts';

/** The check values of the algorithms' catalogues, for the text "123456789". */
test.each<[ChecksumAlgorithm, string]>([
  ['CRC32', 'cbf43926'],
  ['CRC32C', 'e3069283'],
  ['CRC64NVME', 'ae8b14860a799888'],
  ['MD5', '25f9e794323b453885f5181f1b624d0b'],
  ['SHA1', 'f7c3bc1d808e04732adf679965ccc34ca7ae3441'],
])('%s, however the bytes are cut', (algorithm, expected) => {
  for (const pieces of [['123456789'], ['1234', '', '56789'], '123456789'.split('')]) {
    const value = checksum(
      algorithm,
      pieces.map((piece) => Buffer.from(piece)),
    );
    expect(Buffer.from(value, 'base64').toString('hex')).toBe(expected);
  }
});

test('a described content is the same as the held one with its bytes', () => {
  const described = patternContent(3, 1000);
  expect(contentChecksum(contentOf(bytesOf(described)), 'MD5')).toBe(contentChecksum(described, 'MD5'));
  expect(bytesOf(slice(described, 10, 20))).toEqual(bytesOf(described).subarray(10, 20));
});

test('a large content has one checksum, however it was cut and joined', () => {
  const whole = join([contentOf('head'), patternContent(3, 2 ** 40), contentOf('tail')]);
  const cuts = [0, 2, 4, 5, 2 ** 33, 2 ** 40 + 6, whole.size];
  const again = join(cuts.slice(1).map((end, index) => slice(whole, cuts[index] ?? 0, end)));
  expect(again.size).toBe(whole.size);
  expect(contentChecksum(again, 'CRC64NVME')).toBe(contentChecksum(whole, 'CRC64NVME'));
  expect(contentChecksum(slice(whole, 1, whole.size), 'CRC64NVME')).not.toBe(contentChecksum(whole, 'CRC64NVME'));
});
