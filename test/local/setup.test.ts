import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import cdk from '../../cdk.json' with { type: 'json' };
import project from '../../package.json' with { type: 'json' };

/** A project of one package, on a machine that has nothing but what a test puts into `bin`. */
let root: string;
let bin: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'setup-'));
  bin = join(root, 'bin');
  await mkdir(bin);
  for (const name of ['setup.mjs', 'setup', 'requirements.txt']) {
    await cp(join('local', name), join(root, 'local', name), { recursive: true });
  }
  await writeFile(
    join(root, 'package-lock.json'),
    '{ "packages": { "": {}, "node_modules/x": { "version": "1.0.0" } } }',
  );
  await program('node', 'echo v24.1.0');
  await program('npm', NPM);
  await program('python3', python('3 11'));
});
afterEach(async () => rm(root, { recursive: true, force: true }));

/** Notes its call, and as the last thing what it installed. */
const NPM = 'echo npm $* >> calls; mkdir -p node_modules/.bin; cp package-lock.json node_modules/.package-lock.json';

/** Understands the probe for its version (`-c`), makes an environment that holds itself, and notes what pip is to do. */
function python(version: string, complete = 'True'): string {
  return `
case "$1 $2" in
  -c*) echo ${version} ${complete} ;;
  '-m venv') mkdir -p "$3/bin"; cp "$0" "$3/bin/python" ;;
  '-m pip') echo pip >> calls ;;
esac`;
}

async function program(name: string, script: string): Promise<void> {
  await writeFile(join(bin, name), `#!/bin/sh\nPATH=/usr/bin:/bin\n${script}\n`);
  await chmod(join(bin, name), 0o755);
}

function start(...args: readonly string[]): ChildProcess {
  return startIn({}, ...args);
}

function startIn(env: NodeJS.ProcessEnv, ...args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [join(root, 'local/setup.mjs'), ...args], { cwd: root, env: { PATH: bin, ...env } });
}

async function end(child: ChildProcess): Promise<{ readonly code: number | null; readonly output: string }> {
  let output = '';
  child.stdout?.on('data', (chunk) => (output += chunk));
  child.stderr?.on('data', (chunk) => (output += chunk));
  const code = await new Promise<number | null>((resolve) => void child.on('close', resolve));
  return { code, output };
}

const run = async (...args: readonly string[]) => end(start(...args));
const calls = async () => (await readFile(join(root, 'calls'), 'utf8').catch(() => '')).split('\n').filter(Boolean);

/** A machine on which no folder can be made. */
function failingWith(code: string): string {
  return `import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
fs.mkdirSync = () => { throw Object.assign(new Error('${code}: no mkdir'), { code: '${code}' }); };
syncBuiltinESMExports();`;
}

describe('the scripts of package.json', () => {
  it('ask for Python only where the emulator, or tests, are run', () => {
    const asking = Object.entries(project.scripts).filter(([, script]) => /setup\.mjs (?!--no-python)/.test(script));
    expect(asking.map(([name]) => name)).toEqual(['start', 'test', 'test:deep', 'check', 'bench']);
  });

  it('run on the Node that npm brings, and so does the CDK, whichever is called', () => {
    const others = Object.entries(project.scripts).filter(([, script]) => !script.includes('node local/setup.mjs '));
    expect(others.map(([name]) => name)).toEqual(['check:static']);
    expect(cdk.app).toBe('node local/setup.mjs --no-python node infra/app.ts');
  });
});

describe('setup', () => {
  it('installs once, then is silent, and ends as the command ends', async () => {
    await program('hello', 'echo hello "$@"; exit 7');
    const first = await run('hello', 'a b');
    expect(first).toMatchObject({
      code: 7,
      output: expect.stringMatching(/^Installing the Node.*\nInstalling the Python.*\nhello a b\n$/),
    });
    expect(await run('hello')).toEqual({ code: 7, output: 'hello\n' });
    expect(await calls()).toEqual([
      expect.stringMatching(/^npm ci .*--include=dev --include=optional --no-global/),
      'pip',
    ]);
  });

  it.each([
    {
      changed: 'package-lock.json',
      again: 'npm',
      content: '{ "packages": { "": {}, "node_modules/x": { "version": "2.0.0" } } }',
    },
    { changed: 'local/requirements.txt', again: 'pip', content: 'another==1' },
  ])('installs again when $changed changes', async ({ changed, again, content }) => {
    await run('node');
    await writeFile(join(root, changed), content);
    await run('node');
    const after = (await calls()).slice(2);
    expect(after).toEqual([expect.stringContaining(again)]);
  });

  it('installs again when the packages are of another platform', async () => {
    const native = { version: '1.0.0', optional: true, os: [process.platform], cpu: [process.arch] };
    const other = { ...native, os: ['plan9'] };
    await writeFile(join(root, 'package-lock.json'), JSON.stringify({ packages: { '': {}, native, other } }));
    await run('node');
    const note = join(root, 'node_modules/.package-lock.json');
    await writeFile(note, JSON.stringify({ packages: { native } }));
    expect((await run('node')).output).toBe('v24.1.0\n');
    await writeFile(note, JSON.stringify({ packages: { other } }));
    expect((await run('node')).output).toContain('Installing the Node packages');
  });

  it.each([
    { machine: 'no Python', have: {}, message: 'there is none on the PATH: install it' },
    { machine: 'Python 3.9', have: { python3: python('3 9') }, message: '"python3" is 3.9: install a newer one' },
    { machine: 'Python 2', have: { python: python('2 7') }, message: '"python" is 2.7: install a newer one' },
    { machine: 'no venv', have: { python3: python('3 11', 'False') }, message: 'lacks its module venv: install it' },
  ])('says what to do on a machine with $machine', async ({ have, message }) => {
    await rm(join(bin, 'python3'));
    for (const [name, script] of Object.entries(have)) await program(name, script);
    const { code, output } = await run('node');
    expect(code).toBe(1);
    expect(output).toContain(message);
    expect(output).not.toContain('    at ');
  });

  it('takes the first Python that will do', async () => {
    await program('python3', python('3 9'));
    await program('python', python('3 11', 'False'));
    await program('python3.12', python('3 12'));
    expect((await run('node')).code).toBe(0);
    expect(await readFile(join(root, '.local/venv/stamp'), 'utf8')).toContain(' 3.12\n');
  });

  it.each([
    { what: 'npm is missing', tool: 'npm', script: undefined, message: 'npm is not on the PATH: install it' },
    {
      what: 'npm fails',
      tool: 'npm',
      script: 'echo ENOTFOUND >&2; exit 1',
      message: /Mend what npm says.*\n\n {2}ENOTFOUND/,
    },
    { what: 'pip fails', tool: 'python3', script: `${python('3 11')}\n[ "$2" != pip ]`, message: 'Mend what pip says' },
    { what: 'Node is old', tool: 'node', script: 'echo v20.1.0', message: 'This project needs Node 24' },
  ])('says what to do when $what', async ({ tool, script, message }) => {
    await rm(join(bin, tool));
    if (script !== undefined) await program(tool, script);
    const { code, output } = await run('node');
    expect(code).toBe(1);
    expect(output).toMatch(message);
  });

  it('says that a command does not exist, or that one must be named', async () => {
    expect(await run('nonsense')).toMatchObject({ code: 1, output: expect.stringContaining('Cannot run "nonsense"') });
    for (const args of [[], [''], ['--no-python']])
      expect(await run(...args)).toEqual({
        code: 1,
        output: 'Name a command to run, as in: node local/setup.mjs vitest run\n',
      });
  });

  it('needs no Python where none is asked for', async () => {
    await rm(join(bin, 'python3'));
    expect(await run('--no-python', 'node')).toEqual({ code: 0, output: 'Installing the Node packages …\nv24.1.0\n' });
    expect((await run('node')).output).toContain('needs Python 3.10 or newer');
  });

  it.each([
    ['EROFS', 'not read-only'],
    ['EACCES', 'this user must be able to write in the project'],
    ['ENOSPC', 'there is no room left'],
  ])('says what to do where the folder cannot be written: %s', async (code, message) => {
    const failing = join(root, 'failing.mjs');
    await writeFile(failing, failingWith(code));
    const { code: exit, output } = await end(startIn({ NODE_OPTIONS: `--import=${failing}` }, 'node'));
    expect(exit).toBe(1);
    expect(output).toMatch(new RegExp(`^${code}: no mkdir: .*${message}`));
    expect(output).not.toContain('    at ');
  });

  it('says what to do where a file stands in the way of its folder', async () => {
    await writeFile(join(root, '.local'), '');
    const { code, output } = await run('node');
    expect(code).toBe(1);
    expect(output).toMatch(/^EEXIST.*something else is where a folder belongs/);
    expect(output).not.toContain('    at ');
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'passes %s on once, and waits for the command to end',
    async (signal) => {
      await program(
        'waiter',
        `trap 'echo got it; exit 5' ${signal.slice(3)}; echo ready; while :; do sleep 0.05; done`,
      );
      await run('node');
      const child = start('waiter');
      child.stdout?.once('data', () => child.kill(signal));
      expect(await end(child)).toEqual({ code: 5, output: 'ready\ngot it\n' });
    },
  );

  it('begins anew after an install that was interrupted', async () => {
    await program('npm', 'echo begun >> calls; mkdir -p node_modules; exec sleep 30');
    const child = start('node');
    const ended = end(child);
    while ((await calls()).length === 0) await pause(20);
    child.kill('SIGTERM');
    expect(await ended).toEqual({ code: 143, output: 'Installing the Node packages …\n' });
    await program('npm', NPM);
    expect((await run('node')).output).toContain('Installing the Node packages');
  });

  it('lets one of two install, and the other wait', async () => {
    await program('npm', `sleep 0.5\n${NPM}`);
    const [one, two] = await Promise.all([run('node'), run('node')]);
    expect([one.code, two.code]).toEqual([0, 0]);
    expect(await calls()).toEqual([
      expect.stringMatching(/^npm ci .*--include=dev --include=optional --no-global/),
      'pip',
    ]);
    expect(one.output + two.output).toMatch(/Waiting for process \d+, which is installing/);
  });
});
