import { globSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

/** Which folder may import which says `.dependency-cruiser.mjs`. */
it.each([
  ['infra', 6],
  ['shared', 20],
  ['cli', 8],
] as const)('%s/ is seen at once: it holds at most %i files, and a folder for each idea', (folder, most) => {
  const files = globSync('*.ts', { cwd: join(root, folder) });
  expect(files.length).toBeGreaterThan(0);
  expect(files.length, files.toSorted().join(' ')).toBeLessThanOrEqual(most);
});
