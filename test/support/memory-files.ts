import { createHash } from 'node:crypto';
import type { Files } from '../../shared/runs/files.ts';

/** Files in memory, with the conditions of S3. `onWrite` may throw in place of a write. */
export function memoryFiles(onWrite: (name: string) => void = () => undefined): Files & {
  readonly all: ReadonlyMap<string, string>;
} {
  const all = new Map<string, string>();
  return {
    all,
    async read(name) {
      const text = all.get(name);
      return text === undefined ? undefined : { text, etag: etagOf(text) };
    },
    async write(name, text, condition) {
      onWrite(name);
      const now = all.get(name);
      if (condition === 'absent' && now !== undefined) return undefined;
      if (typeof condition === 'object' && (now === undefined || etagOf(now) !== condition.etag)) return undefined;
      all.set(name, text);
      return { etag: etagOf(text) };
    },
    async list(prefix) {
      return [...all.keys()].filter((name) => name.startsWith(prefix)).toSorted();
    },
  };
}

function etagOf(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
