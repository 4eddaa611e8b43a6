import { expect, it } from 'vitest';
import { count, dollars, duration, objects, printable, size, time } from '../../../shared/report/in-words.ts';

it.each([
  [count(1_234_567), '1,234,567'],
  [objects(1), '1 object'],
  [objects(0), '0 objects'],
  [size(0), '0 bytes'],
  [size(1), '1 byte'],
  [size(1023), '1023 bytes'],
  [size(1024), '1 KiB'],
  [size(1024 * 1024 - 1), '1 MiB'],
  [size(1.55 * 1024 ** 3), '1.6 GiB'],
  [size(512.4 * 1024 ** 4), '512 TiB'],
  [size(5000 * 1024 ** 6), '5,000 EiB'],
  [duration(0.4), '0 s'],
  [duration(252), '4 min 12 s'],
  [duration(3840), '1 h 4 min'],
  [duration(100_000), '1 d 3 h'],
  [time('2026-11-21T01:00:00.123Z'), '2026-11-21 01:00:00 UTC'],
  [time('2026-11-21T02:30:00+01:00'), '2026-11-21 01:30:00 UTC'],
  [printable('a\u001b[31mb\nü'), 'a?[31mb\nü'],
  [dollars(0), '$0'],
  [dollars(0.00001), 'less than $0.0001'],
  [dollars(0.00512), '$0.0051'],
  [dollars(12.3), '$12.3'],
  [dollars(12345.678), '$12,345.68'],
])('%s', (written, expected) => {
  expect(written).toBe(expected);
});
