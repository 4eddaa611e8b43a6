import { constants } from 'node:fs';
import { access, readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { whyUnread } from '../infra/config/why-unread.ts';
import { Problem } from './problem.ts';

export interface Folder {
  readonly files: readonly FileToPut[];
  /** What is there and will not be put, with the reason. */
  readonly skipped: readonly string[];
}

export interface FileToPut {
  /** The path below the folder, with `/`. */
  readonly key: string;
  readonly path: string;
  /** Bytes. */
  readonly size: number;
}

/**
 * Finds the files of a folder and all folders below it, and checks each, before anything is started.
 *
 * Links are followed, but not into a folder that is being read already.
 *
 * @throws {Problem} if the folder is not there, is none, holds no file, or holds a file that cannot be read or put.
 */
export async function readFolder(
  path: string,
  { isReadable = canBeRead }: { readonly isReadable?: (path: string) => Promise<boolean> } = {},
): Promise<Folder> {
  const files: FileToPut[] = [];
  const skipped: string[] = [];
  await requireFolder(path);
  await visit(path, []);
  if (files.length === 0)
    throw new Problem(`Cannot put the folder "${path}": there is no file in it; name one with files`, { exitCode: 2 });
  return { files, skipped };

  async function visit(folder: string, above: readonly string[]): Promise<void> {
    if (!(await isReadable(folder))) throw unreadable(folder);
    const here = [...above, await realpath(folder)];
    for (const name of (await readdir(folder)).toSorted()) {
      const entry = join(folder, name);
      const found = await stat(entry).catch((error: Error) => void skipped.push(`${entry} (${whyNot(error, name)})`));
      if (found === undefined) continue;
      if (found.isDirectory()) {
        if (here.includes(await realpath(entry))) skipped.push(`${entry} (a link to a folder above it)`);
        else await visit(entry, here);
      } else if (found.isFile()) {
        await add(entry, found.size);
      } else {
        skipped.push(`${entry} (neither a file nor a folder)`);
      }
    }
  }

  async function add(file: string, size: number): Promise<void> {
    const key = relative(path, file).split(sep).join('/');
    if (!(await isReadable(file))) throw unreadable(file);
    if (Buffer.byteLength(key) > 1024) skipped.push(`${file} (its path has more than the 1,024 bytes of a key)`);
    else if (size > 5 * 1024 ** 3) skipped.push(`${file} (larger than 5 GB, the most that one request puts)`);
    else files.push({ key, path: file, size });
  }
}

async function requireFolder(path: string): Promise<void> {
  const found = await stat(path).catch((cause: Error) => {
    throw new Problem(`Cannot put the folder "${path}": ${whyUnread(cause) ?? cause.message}; name one that exists`, {
      exitCode: 2,
      cause,
    });
  });
  if (!found.isDirectory()) throw new Problem(`Cannot put "${path}": it is not a folder; name one`, { exitCode: 2 });
}

async function canBeRead(path: string): Promise<boolean> {
  return access(path, constants.R_OK).then(
    () => true,
    () => false,
  );
}

function unreadable(path: string): Problem {
  return new Problem(
    `Cannot put "${path}": this user may not read it; give the right to (chmod), or name another folder`,
    { exitCode: 2 },
  );
}

function whyNot(error: Error, name: string): string {
  if (name.includes('\uFFFD')) return 'its name is not UTF-8';
  return 'code' in error && error.code === 'ENOENT' ? 'a link to nothing' : error.message;
}
