import { dirname, join } from 'node:path';

/** Where package.json is. */
export const projectFolder = dirname(import.meta.dirname);

/** What this machine keeps of its runs: logs, the emulator's packages. Not in git; may be deleted at any time. */
export const localFolder = join(projectFolder, '.local');
