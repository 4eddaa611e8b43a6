import { globSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { appOf, LARGE } from '../synthesize.ts';

const outdir = mkdtempSync(join(tmpdir(), 'bundle-'));
let bundles: string[] = [];

beforeAll(() => {
  appOf(LARGE, { outdir }).synth();
  bundles = globSync(join(outdir, 'asset.*', 'index.mjs'));
});

afterAll(() => {
  rmSync(outdir, { recursive: true });
});

it('each function is bundled once, however many stacks use it, and those that events wait for in less than 500 kB', () => {
  const sizes = bundles.map((bundle) => statSync(bundle).size).toSorted((one, other) => one - other);
  // Notification, and the one that starts a run; canary; replicate, for whose cold start objects wait; reconcile, once a night, speaks to seven services; restore, which also rehearses, as well.
  expect(sizes).toHaveLength(6);
  for (const size of sizes.slice(0, 4)) expect(size).toBeLessThan(500_000);
  expect(sizes[4]).toBeLessThan(600_000);
  expect(sizes[5]).toBeLessThan(620_000);
});

it('the bundles need nothing beside it, but where the SDK would look for credentials if the environment had none', async () => {
  const { metafile } = await build({
    entryPoints: bundles,
    bundle: true,
    write: false,
    outdir,
    metafile: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'silent',
  });
  const imports = Object.values(metafile.inputs).flatMap((input) => input.imports);
  const foreign = imports.filter(({ path }) => !path.startsWith('node:') && !builtinModules.includes(path));
  expect(foreign.filter(({ kind }) => kind !== 'dynamic-import')).toEqual([]);
  expect(foreign.filter(({ path }) => !path.includes('/credential-provider-'))).toEqual([]);
});

it('each bundle exports a handler', async () => {
  for (const bundle of bundles) expect(await import(bundle)).toMatchObject({ handler: expect.any(Function) });
});
