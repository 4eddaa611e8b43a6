import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import flags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as v from 'valibot';
import cdk from '../../cdk.json' with { type: 'json' };
import self from '../../package.json' with { type: 'json' };
import { ACCOUNT, SMALL, templatesOf } from '../infra/synthesize.ts';

/** The package as users get it: built, packed, and unpacked beside what it declares to need and nothing else. */
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fanout-package-'));
  run(process.cwd(), 'node', 'package/build.ts', join(folder, 'dist'));
  const [packed] = v.parse(
    v.tuple([v.object({ filename: v.string() })]),
    JSON.parse(run(folder, 'npm', 'pack', './dist', '--json', '--offline')),
  );
  run(folder, 'tar', '-xzf', packed.filename);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(['minimal', 'in-your-own-app'])('the example %s', (name) => {
  let app: string;

  beforeAll(() => {
    app = join(folder, name);
    cpSync(join('examples', name), app, { recursive: true });
    install(app);
  });

  // TypeScript leaves as they are what Node can run: of CommonJS it makes calls of require().
  it('is compiled with the declarations of the package, and synthesizes the stacks of the repository', () => {
    run(app, 'tsc');
    run(app, 'node', existsSync(join(app, 'app.js')) ? 'app.js' : join('bin', 'app.js'));
    for (const [stack, template] of templatesOf(SMALL))
      expect(withoutHashes(readFileSync(join(app, 'cdk.out', `${stack}.template.json`), 'utf8')), stack).toStrictEqual(
        withoutHashes(JSON.stringify(template.toJSON())),
      );
  });

  it('gets functions that are bundled, each with its handler', () => {
    const assets = v.parse(
      v.object({ files: v.record(v.string(), v.object({ source: v.object({ path: v.string() }) })) }),
      JSON.parse(readFileSync(join(app, 'cdk.out', 'fanout-destination-photos-eu.assets.json'), 'utf8')),
    );
    const bundles = Object.values(assets.files)
      .map(({ source }) => join(app, 'cdk.out', source.path, 'index.mjs'))
      .filter((file) => existsSync(file));
    expect(bundles).toHaveLength(2);
    for (const bundle of bundles) expect(readFileSync(bundle, 'utf8'), bundle).toMatch(/\bas handler\b/);
  });

  it('has the commands', () => {
    const command = join('node_modules', self.name, 'cli', 'main.js');
    expect(run(app, 'node', command, '--version').trim()).toBe(self.version);
    expect(run(app, 'node', command, 'status', '--help')).toContain('Usage: s3-fanout-replicator status');
  });

  it('runs the commands with `npm run`, as the pages write them', () => {
    const { scripts } = v.parse(
      v.object({ scripts: v.record(v.string(), v.string()) }),
      JSON.parse(readFileSync(join(app, 'package.json'), 'utf8')),
    );
    const commands = Object.keys(self.scripts).filter((script) => script in scripts);
    expect(scripts).toStrictEqual(Object.fromEntries(commands.map((script) => [script, `${self.name} ${script}`])));
    const help = run(app, 'node', join('node_modules', self.name, 'cli', 'main.js'), '--help');
    const listed = [...help.matchAll(/^ {2}([a-z]+) \[options\]/gm)].map(([, script]) => script);
    expect(new Set(listed)).toStrictEqual(new Set(commands));
  });
});

/** Links what the package declares to need, and the compiler: what it needs beyond is not found. */
function install(app: string): void {
  const modules = join(app, 'node_modules');
  cpSync(join(folder, 'package'), join(modules, self.name), { recursive: true });
  const { dependencies, peerDependencies } = v.parse(
    v.object({ dependencies: v.record(v.string(), v.string()), peerDependencies: v.record(v.string(), v.string()) }),
    JSON.parse(readFileSync(join(folder, 'package', 'package.json'), 'utf8')),
  );
  for (const name of [...Object.keys(dependencies), ...Object.keys(peerDependencies), '@types/node']) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(process.cwd(), 'node_modules', name), join(modules, name));
  }
}

/** With the flags of the CDK as `cdk init` sets them, and the opposite of ours. */
function run(cwd: string, command: string, ...args: readonly string[]): string {
  const opposite = Object.fromEntries(Object.entries(cdk.context).map(([flag, value]) => [flag, !value]));
  return execFileSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: {
      ...process.env,
      CDK_DEFAULT_ACCOUNT: ACCOUNT,
      CDK_OUTDIR: join(cwd, 'cdk.out'),
      CDK_CONTEXT_JSON: JSON.stringify({ ...flags, ...opposite }),
    },
  });
}

function withoutHashes(template: string): unknown {
  return JSON.parse(template.replaceAll(/[0-9a-f]{64}/g, '(hash)'));
}
