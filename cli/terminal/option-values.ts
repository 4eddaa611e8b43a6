import { InvalidArgumentError } from 'commander';
import { objectKey } from '../../shared/objects/object-key.ts';
import type { ObjectKey } from '../../shared/objects/object-key.ts';

export function notEmpty(text: string): string {
  if (text === '') throw new InvalidArgumentError('It is empty: leave it out for all keys.');
  return text;
}

export function notNegative(text: string): number {
  const number = Number(text);
  if (text.trim() === '' || !Number.isFinite(number) || number < 0)
    throw new InvalidArgumentError('Write a number that is not negative.');
  return number;
}

export function positive(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('Write a whole number from 1 on.');
  return number;
}

export function aKey(text: string): ObjectKey {
  try {
    return objectKey(text);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}
