import { randomUUID } from 'node:crypto';
import type { Files } from './files.ts';

/** Keeps how far a worker has come, in a file of its own and the files that this names. */
export interface Keeper {
  /** Adds a line to the next file of that list. */
  add(list: string[], folder: string, line: string): void;
  /** Writes everything if there is much, or it has been long. */
  keepUp(): Promise<void>;
  /** Writes what was added, and then the share as it was when this was called. */
  keep(): Promise<void>;
}

/**
 * Keeps a share. Between two requests nothing else runs, so whatever is changed in the share together with the lines that belong to
 * it is kept together, or not at all: whoever goes on with the share after a crash finds it as it was at some moment.
 *
 * @throws from `keep`, if somebody else has kept the share meanwhile.
 */
export function keeper(
  files: Files,
  {
    name,
    share,
    etag,
    now,
  }: {
    readonly name: string;
    /** Changed by its owner. */
    readonly share: object;
    readonly etag: string;
    readonly now: () => number;
  },
): Keeper {
  let pending = new Map<string[], { readonly folder: string; readonly lines: string[] }>();
  let count = 0;
  let keptAt = now();
  let current = etag;
  let running: Promise<void> = Promise.resolve();
  return {
    add(list, folder, line) {
      const lines: string[] = pending.get(list)?.lines ?? [];
      if (lines.length === 0) pending.set(list, { folder, lines });
      lines.push(`${line}\n`);
      count++;
    },
    async keepUp() {
      if (count >= MOST_LINES || now() - keptAt >= LONGEST_MS) await keep();
    },
    keep,
  };

  function keep(): Promise<void> {
    const chunks = [...pending].map(([list, { folder, lines }]) => {
      // Its own name: of two workers that go on with the same share, one fails, and must not have written over the other's.
      const chunk = `${folder}/${String(list.length).padStart(6, '0')}-${randomUUID()}.jsonl`;
      list.push(chunk);
      return { chunk, text: lines.join('') };
    });
    pending = new Map();
    count = 0;
    keptAt = now();
    const text = JSON.stringify(share);
    running = write(running);
    // Whoever asked for it hears of it; whoever comes later, too.
    running.catch(() => undefined);
    return running;

    async function write(after: Promise<void>): Promise<void> {
      await after;
      await Promise.all(chunks.map((chunk) => files.write(chunk.chunk, chunk.text)));
      const written = await files.write(name, text, { etag: current });
      if (written === undefined) throw new Error(`Cannot go on with "${name}": another worker does`);
      current = written.etag;
    }
  }
}

/** Lines held at most before they are written: some ten megabytes. Each time the whole share is written, too. */
const MOST_LINES = 100_000;
const LONGEST_MS = 30_000;
