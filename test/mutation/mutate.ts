/**
 * `npm run mutate -- <file or glob>…`: breaks each file in every small way (mutants), and lists the breaks that no near unit test notices. Those are
 * holes in the tests, or change nothing that matters: docs/mutation.md has the ones that were looked at. One file after the other, with a low priority; the reports are in
 * `.local/mutation/`.
 */
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { setPriority } from 'node:os';
import process from 'node:process';

const patterns = process.argv.slice(2);
// A file may be followed by lines: decide.ts:40-60.
const files = patterns.flatMap((pattern) => {
  const [path = '', lines] = pattern.split(/:(?=\d)/);
  const found = globSync(path, { exclude: ['node_modules', 'cdk.out', '.local'] });
  return found.map((file) => (lines === undefined ? file : `${file}:${lines}`));
});
if (files.length === 0) {
  console.error(
    patterns.length === 0 ? 'Name files to mutate: npm run mutate -- shared/decide.ts' : 'There is no such file',
  );
  process.exitCode = 2;
}
setPriority(15);
for (const file of files.toSorted()) {
  console.log(`\n${file}`);
  const reports = `.local/mutation/${file.replaceAll(/[^\w.-]/g, '_')}`;
  const env = { ...process.env, MUTATED_FILE: file, MUTATION_REPORTS: reports };
  const { status } = spawnSync('stryker', ['run', 'test/mutation/stryker.config.mjs'], { stdio: 'inherit', env });
  if (status !== 0) process.exitCode = 1;
}
