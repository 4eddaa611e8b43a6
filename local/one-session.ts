import { rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from './problem.ts';
import { localFolder } from './project-folder.ts';
import { claim } from './setup/lock.mjs';

/**
 * Lets one `npm start` at a time run in this folder: a second one would write over the logs of the first, and over the file that points at its AWS.
 *
 * @throws {Problem} if another one runs.
 */
export async function oneSession(): Promise<void> {
  await mkdir(localFolder, { recursive: true });
  const lock = join(localFolder, 'start.lock');
  const owner = claim(lock);
  if (owner !== undefined) {
    throw new Problem(
      `npm start runs in this folder already, as process ${owner}: use that one, end it with Ctrl-C, or clone the project once more. ` +
        `(If there is no such process: rm ${lock})`,
    );
  }
  process.once('exit', () => rmSync(lock, { force: true }));
}
