import { createReadStream } from 'node:fs';
import { whyUnread } from '../../infra/config/why-unread.ts';
import { compareKeys } from '../../shared/objects/key-order.ts';
import { objectKey } from '../../shared/objects/object-key.ts';
import type { ObjectKey } from '../../shared/objects/object-key.ts';
import { UsageError } from '../terminal/usage-error.ts';

/** Keys of one file that a worker reads. */
const KEYS_A_FILE = 10_000;

/**
 * The keys that a file names, one in each line, with every space in it; one that begins with a quote, or holds the end of a line, is written as JSON, in double quotes. Each
 * once, in the order of S3, in files as workers read them.
 *
 * The file is UTF-8, or UTF-16 with a byte order mark; its lines end with LF or CRLF. It is read in pieces, whatever its size.
 *
 * @throws {UsageError} if it cannot be read, or a line is no key: which, and why.
 */
export async function keyFilesOf(name: string): Promise<readonly string[]> {
  const keys = new Set<ObjectKey>();
  try {
    for await (const { text, line } of linesOf(name)) if (text !== '') keys.add(keyIn(text, { name, line }));
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    const why = whyUnread(cause) ?? (cause instanceof Error ? cause.message : String(cause));
    throw wrong(`Cannot read the keys in "${name}": ${why}; name a file with one key in each line`, cause);
  }
  if (keys.size === 0) throw wrong(`There are no keys in "${name}"`);
  const sorted = [...keys].toSorted(compareKeys);
  return Array.from({ length: Math.ceil(sorted.length / KEYS_A_FILE) }, (_, number) =>
    sorted
      .slice(number * KEYS_A_FILE, (number + 1) * KEYS_A_FILE)
      .map((key) => `${JSON.stringify(key)}\n`)
      .join(''),
  );
}

/** The keys in such files. */
export function keysIn(files: readonly string[]): readonly ObjectKey[] {
  return files.flatMap((text) =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => objectKey(String(JSON.parse(line)))),
  );
}

interface Line {
  readonly text: string;
  /** From 1 on. */
  readonly line: number;
}

/** S3 takes keys of 1,024 bytes; as JSON, each may be written as six. What is longer is no list of keys. */
const LONGEST_LINE = 8 * 1024;

async function* linesOf(name: string): AsyncGenerator<Line, void, undefined> {
  let line = 1;
  let rest = Buffer.alloc(0);
  let encoding: Encoding | undefined;
  for await (const piece of createReadStream(name)) {
    if (!Buffer.isBuffer(piece)) continue;
    rest = Buffer.concat([rest, piece]);
    if (encoding === undefined) {
      if (rest.length < 3) continue;
      encoding = encodingOf(rest);
      rest = rest.subarray(encoding.mark);
    }
    for (let end = encoding.endOfLine(rest); end !== undefined; end = encoding.endOfLine(rest)) {
      yield { text: textOf(rest.subarray(0, end), { encoding, name, line }), line };
      rest = rest.subarray(end + encoding.width);
      line++;
    }
    if (rest.length > LONGEST_LINE) throw wrong(`Line ${line} of "${name}" is no key: it is longer than any key`);
  }
  if (encoding === undefined) {
    encoding = encodingOf(rest);
    rest = rest.subarray(encoding.mark);
  }
  yield { text: textOf(rest, { encoding, name, line }), line };
}

interface Encoding {
  readonly name: 'utf-8' | 'utf-16le' | 'utf-16be';
  /** Bytes of the byte order mark. */
  readonly mark: number;
  /** Bytes of the end of a line. */
  readonly width: number;
  /** Where the first line ends. */
  readonly endOfLine: (bytes: Buffer) => number | undefined;
}

function encodingOf(bytes: Buffer): Encoding {
  const starts = (...mark: readonly number[]) => mark.every((byte, at) => bytes[at] === byte);
  if (starts(0xff, 0xfe)) return { name: 'utf-16le', mark: 2, width: 2, endOfLine: (text) => pairIn(text, [0x0a, 0]) };
  if (starts(0xfe, 0xff)) return { name: 'utf-16be', mark: 2, width: 2, endOfLine: (text) => pairIn(text, [0, 0x0a]) };
  return {
    name: 'utf-8',
    mark: starts(0xef, 0xbb, 0xbf) ? 3 : 0,
    width: 1,
    endOfLine: (text) => found(text.indexOf(0x0a)),
  };
}

/** Two bytes that stand for one character: at an even place. */
function pairIn(bytes: Buffer, [first, second]: readonly [number, number]): number | undefined {
  for (let at = 0; at + 1 < bytes.length; at += 2) if (bytes[at] === first && bytes[at + 1] === second) return at;
  return undefined;
}

function found(at: number): number | undefined {
  return at === -1 ? undefined : at;
}

interface Where {
  readonly name: string;
  readonly line: number;
}

function textOf(bytes: Buffer, { encoding, name, line }: Where & { readonly encoding: Encoding }): string {
  let text: string;
  try {
    text = new TextDecoder(encoding.name, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw wrong(
      `Line ${line} of "${name}" is no ${encoding.name.toUpperCase()}; if the file is Latin-1: iconv -f latin1 -t utf-8 ${name} > keys.txt`,
      cause,
    );
  }
  const ended = text.endsWith('\r') ? text.slice(0, -1) : text;
  if (ended.includes('\0'))
    throw wrong(
      `Line ${line} of "${name}" holds NUL, as UTF-16 without a byte order mark does: save it as UTF-8. A key with NUL is written as JSON, "a\\u0000b"`,
    );
  if (ended.includes('\r'))
    throw wrong(
      `Line ${line} of "${name}" holds CR: end lines with LF or CRLF. A key with CR is written as JSON, "a\\rb"`,
    );
  return ended;
}

function keyIn(text: string, { name, line }: Where): ObjectKey {
  try {
    return objectKey(text.startsWith('"') ? String(JSON.parse(text)) : text);
  } catch (cause) {
    throw wrong(
      `Line ${line} of "${name}" is no key: ${cause instanceof Error ? cause.message : String(cause)}`,
      cause,
    );
  }
}

function wrong(message: string, cause?: unknown): UsageError {
  return new UsageError(message, { exitCode: 2, cause });
}
