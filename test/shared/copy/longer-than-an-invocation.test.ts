import { expect, it } from 'vitest';
import { longerThanAnInvocation } from '../../../shared/copy/longer-than-an-invocation.ts';

const [MIB, GIB, TIB] = [1024 ** 2, 1024 ** 3, 1024 ** 4];
const SECOND = 1000;
const WHOLE = 590 * SECOND;

it.each([
  { what: '2 parts, 10 MiB', parts: 2, size: 10 * MIB, timeLeft: WHOLE, handedOver: false },
  { what: 'a single part of 5 GiB', parts: 1, size: 5 * GIB, timeLeft: WHOLE, handedOver: false },
  { what: '16 parts of 5 GiB, all at once', parts: 16, size: 80 * GIB, timeLeft: WHOLE, handedOver: false },
  { what: '17 parts of 5 GiB, one after the others', parts: 17, size: 85 * GIB, timeLeft: WHOLE, handedOver: true },
  { what: '100 GiB in parts of 64 MiB', parts: 1600, size: 100 * GIB, timeLeft: WHOLE, handedOver: false },
  { what: '200 GiB in parts of 64 MiB', parts: 3200, size: 200 * GIB, timeLeft: WHOLE, handedOver: true },
  { what: '10,000 parts of 5 MiB', parts: 10_000, size: 10_000 * 5 * MIB, timeLeft: WHOLE, handedOver: false },
  { what: '10,000 parts of 16 MiB', parts: 10_000, size: 10_000 * 16 * MIB, timeLeft: WHOLE, handedOver: true },
  { what: '5 TiB', parts: 1024, size: 5 * TIB, timeLeft: WHOLE, handedOver: true },
  { what: 'the largest object', parts: 10_000, size: 10_000 * 5 * GIB, timeLeft: WHOLE, handedOver: true },
  { what: '1 GiB with a minute left', parts: 16, size: GIB, timeLeft: 60 * SECOND, handedOver: false },
  { what: '1 GiB with 4 seconds left', parts: 16, size: GIB, timeLeft: 4 * SECOND, handedOver: true },
  { what: 'anything when the time is up', parts: 1, size: 1, timeLeft: 0, handedOver: true },
  { what: 'an empty object', parts: 1, size: 0, timeLeft: WHOLE, handedOver: false },
])('$what: handed over is $handedOver', ({ parts, size, timeLeft, handedOver }) => {
  expect(longerThanAnInvocation({ parts, size }, { timeLeft, partsPerInvocation: 10_000 })).toBe(handedOver);
});

it('more parts than an invocation may copy are handed over', () => {
  const time = { timeLeft: WHOLE, partsPerInvocation: 2 };
  expect(longerThanAnInvocation({ parts: 2, size: 10 * MIB }, time)).toBe(false);
  expect(longerThanAnInvocation({ parts: 3, size: 15 * MIB }, time)).toBe(true);
});
