import { execFileSync } from 'node:child_process';
import { cpSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { build } from 'esbuild';
import { BUNDLING } from '../infra/parts/bundling.ts';
import self from '../package.json' with { type: 'json' };
import { manifestOf } from './manifest.ts';

/**
 * `node package/build.ts [folder]` writes to `dist/`, or that folder, what users install: `npm pack ./dist` makes a package of it. Its folders are those of the repository: what is TypeScript here is
 * JavaScript with declarations there, and `prebuilt/functions/` has each function, bundled.
 */
const ROOT = dirname(import.meta.dirname);
const DIST = resolve(process.argv[2] ?? join(ROOT, 'dist'));

rmSync(DIST, { recursive: true, force: true });
execFileSync('tsc', ['--project', join(ROOT, 'package', 'tsconfig.json'), '--outDir', DIST], {
  cwd: ROOT,
  stdio: 'inherit',
});

const { external, mainFields, ...options } = BUNDLING;
await Promise.all(
  globSync('functions/*/handler.ts', { cwd: ROOT }).map((handler) =>
    build({
      ...options,
      absWorkingDir: ROOT,
      entryPoints: [handler],
      outfile: join(DIST, 'prebuilt', dirname(handler), 'index.mjs'),
      bundle: true,
      platform: 'node',
      mainFields: [...mainFields],
      external: [...external],
      logLevel: 'warning',
    }),
  ),
);

const emitted = globSync('{cli,functions,infra,shared}/**/*.{js,d.ts}', { cwd: DIST });
const texts = emitted.map((file) => readFileSync(join(DIST, file), 'utf8'));
writeFileSync(join(DIST, 'package.json'), `${JSON.stringify(manifestOf(self, texts), null, 2)}\n`);
for (const file of ['LICENSE', 'CHANGELOG.md', 'README.md', 'docs', 'examples'])
  cpSync(join(ROOT, file), join(DIST, file), { recursive: true });
