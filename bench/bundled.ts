import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { BUNDLING } from '../infra/parts/bundling.ts';

/** Bundles a file of this folder as functions are. @returns where it is. */
export async function bundled(file: string): Promise<string> {
  const outfile = fileURLToPath(new URL(`.local/${file.replace('.ts', '.mjs')}`, import.meta.url));
  const { external, mainFields, ...options } = BUNDLING;
  await build({
    ...options,
    external: [...external],
    mainFields: [...mainFields],
    bundle: true,
    platform: 'node',
    absWorkingDir: fileURLToPath(new URL('..', import.meta.url)),
    entryPoints: [fileURLToPath(new URL(file, import.meta.url))],
    outfile,
  });
  return outfile;
}
