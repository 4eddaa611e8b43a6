import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readFolder } from './folder.ts';
import { type ObjectToPut, oddObjects } from './odd-objects.ts';
import { projectFolder } from './project-folder.ts';

/** About 1,600 real files, 4 MB, on every machine after the install. */
const DEFAULT_FOLDER = join(projectFolder, 'node_modules', '@smithy');

/** The files of the user's folder; without one, those of a real folder that is always there and objects with odd names. */
export async function objectsToPut(
  folder: string | undefined,
): Promise<{ readonly objects: readonly ObjectToPut[]; readonly skipped: readonly string[]; readonly from: string }> {
  const { files, skipped } = await readFolder(folder ?? DEFAULT_FOLDER);
  const objects = files.map(({ key, path, size }) => ({ key, size, body: () => readFile(path) }));
  return folder === undefined
    ? { objects: [...objects, ...oddObjects()], skipped, from: `${DEFAULT_FOLDER}, and odd names` }
    : { objects, skipped, from: folder };
}
