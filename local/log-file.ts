import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { localFolder } from './project-folder.ts';

/**
 * A log in `.local`, empty when this process first asks for it. That of the process before is kept beside it, as `<name>.previous.log`.
 *
 * @returns its path.
 */
export async function logFile(name: string): Promise<string> {
  const file = join(localFolder, `${name}.log`);
  const made = begun.get(name) ?? begin(name, file);
  begun.set(name, made);
  await made;
  return file;
}

const begun = new Map<string, Promise<void>>();

async function begin(name: string, file: string): Promise<void> {
  await mkdir(localFolder, { recursive: true });
  await rename(file, join(localFolder, `${name}.previous.log`)).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  });
  await writeFile(file, '');
}
