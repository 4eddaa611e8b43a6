import { readFile } from 'node:fs/promises';
import { compareKeys } from '../shared/key-order.ts';
import { objectKey } from '../shared/object-key.ts';
import type { ObjectKey } from '../shared/object-key.ts';
import { UsageError } from './usage-error.ts';

/** Keys of one file that a worker reads. */
const KEYS_A_FILE = 10_000;

/**
 * The keys that a file names, one in each line; one that begins or ends with a space or a quote is written as JSON, in double quotes. Each once, in the order of S3, in
 * files as workers read them.
 *
 * @throws {UsageError} if it cannot be read, or a line is no key.
 */
export async function keyFilesOf(name: string): Promise<readonly string[]> {
  const text = await readFile(name, 'utf8').catch((cause: unknown) => {
    throw new UsageError(`Cannot read the keys in "${name}": ${String(cause)}`, { exitCode: 2, cause });
  });
  const keys = text
    .split(/\r?\n/)
    .flatMap((line, index) => (line === '' ? [] : [keyIn(line, { name, line: index + 1 })]));
  if (keys.length === 0) throw new UsageError(`There are no keys in "${name}"`, { exitCode: 2 });
  const sorted = [...new Set(keys)].toSorted(compareKeys);
  return Array.from({ length: Math.ceil(sorted.length / KEYS_A_FILE) }, (_, number) =>
    sorted
      .slice(number * KEYS_A_FILE, (number + 1) * KEYS_A_FILE)
      .map((key) => `${JSON.stringify(key)}\n`)
      .join(''),
  );
}

function keyIn(text: string, { name, line }: { readonly name: string; readonly line: number }): ObjectKey {
  try {
    return objectKey(text.startsWith('"') ? String(JSON.parse(text)) : text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`Line ${line} of "${name}" is no key: ${why}`, { exitCode: 2, cause });
  }
}
