import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What the user can mend: shown as its message alone, without a stack. */
export class Problem extends Error {}

/** The project's folder. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
