import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let folder: string;
/** A copy of the project, so that a session of the developer's own may run meanwhile. Its name is not only ASCII, and has a space. */
let project: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'start-'));
  project = join(folder, 'a copy für tests');
  await mkdir(project);
  for (const name of await readdir(original))
    if (!['node_modules', '.local', '.git', 'cdk.out', 'test', 'bench'].includes(name))
      await cp(join(original, name), join(project, name), { recursive: true });
  await symlink(join(original, 'node_modules'), join(project, 'node_modules'));
  await linkPython();
  await mkdir(join(folder, 'empty'));
  await writeFile(join(folder, 'file'), 'x');
  await writeFile(join(folder, 'typo.config.ts'), 'export default { replicators: [ }');
  await writeFile(join(folder, 'empty.config.ts'), 'export default {};');
  await writeFile(join(folder, 'loop.config.ts'), LOOP);
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

const original = join(import.meta.dirname, '../..');

async function linkPython(): Promise<void> {
  await mkdir(join(project, '.local'));
  await symlink(join(original, '.local/venv'), join(project, '.local/venv'));
}

const LOOP = `
const photos = { bucket: 'photos', region: 'us-east-1' };
export default { replicators: [{ source: photos, destinations: [photos] }] };`;

describe('npm start ends with one message and exit code 2, when', () => {
  it.each([
    { what: 'an option is unknown', args: ['--onec'], message: "error: unknown option '--onec'" },
    { what: 'two folders are named', args: ['a', 'b'], message: 'error: too many arguments' },
    { what: 'the port is none', args: ['--port', '99999'], message: 'Write a whole number from 1 to 65535.' },
    { what: 'the port is empty', args: ['--port', ''], message: 'Write a whole number from 1 to 65535.' },
    { what: 'the limit is none', args: ['--deploy-timeout', 'soon'], message: 'Write a whole number from 1 to 86400.' },
    { what: 'the folder is empty text', args: [''], message: 'It is empty: name one, or leave it out.' },
    { what: 'the folder is blank', args: ['  '], message: 'It is empty: name one, or leave it out.' },
    {
      what: 'the configuration is empty text',
      args: ['--config', ''],
      message: 'It is empty: name one, or leave it out.',
    },
    { what: 'an option lacks its value', args: ['--config'], message: "option '--config <file>' argument missing" },
  ])('$what', async ({ args, message }) => {
    const { code, output } = await start(args);
    expect(output).toMatch(message);
    expect(output).not.toMatch(/^ +at /m);
    expect(code).toBe(2);
  });
});

describe('npm start ends with one message and exit code 2, when what it is given cannot be used:', () => {
  it.each([
    {
      what: 'the folder does not exist',
      args: ['absent'],
      message: /Cannot put the folder .*absent": there is no such file or folder; name one/,
    },
    { what: 'the folder is a file', args: ['file'], message: /Cannot put ".*file": it is not a folder; name one/ },
    { what: 'the folder is empty', args: ['empty'], message: /there is no file in it; name one with files/ },
    {
      what: 'there is no configuration',
      args: ['--config', 'absent.ts'],
      message: /absent.ts: There is no such file; create it/,
    },
    {
      what: 'the configuration is no TypeScript',
      args: ['--config', 'typo.config.ts'],
      message: /typo.config.ts: Cannot load the configuration; mend what Node says of it:\n.*SyntaxError/s,
    },
    { what: 'the configuration is empty', args: ['--config', 'empty.config.ts'], message: 'replicators is missing' },
    {
      what: 'the configuration is a loop',
      args: ['--config', 'loop.config.ts'],
      message: 'the source itself; write another bucket',
    },
  ])('$what', async ({ args, message }) => {
    const { code, output } = await start(args);
    expect(output).toMatch(message);
    expect(output).not.toMatch(/^ +at /m);
    expect(code).toBe(2);
  });
});

describe('npm start ends with one message and exit code 1, when', () => {
  it('the port is in use', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const port = portOf(server.address());
    const { code, output } = await start(['--port', String(port)]);
    expect(output).toContain(`Cannot listen on port ${port} of 127.0.0.1`);
    expect(code).toBe(1);
    server.close();
  });

  it('the stacks take too long, and leaves nothing running', async () => {
    const { code, output } = await start(['--deploy-timeout', '1']);
    expect(output).toMatch(/cdk bootstrap got no further for 1 s and was ended/);
    expect(output).toMatch(/The logs are kept:\n {2}\.local\/start-ministack\.log/);
    await readFile(join(project, '.local/start-ministack.log'));
    expect(code).toBe(1);
    const port = Number(/http:\/\/127\.0\.0\.1:(\d+)/.exec(output)?.[1]);
    await expect(reach(port)).rejects.toThrow('ECONNREFUSED');
  });
});

describe('npm start in a folder where it runs already', () => {
  it('ends with a message that says so, and leaves the logs of the first alone', async () => {
    const lock = join(project, '.local/start.lock');
    // This process would do, but for its name.
    const first = spawn('sh', ['-c', 'echo up; read -r _', 'local/start.ts'], { stdio: ['pipe', 'pipe', 'inherit'] });
    await new Promise((resolve) => void first.stdout.once('data', resolve));
    await rm(lock, { force: true });
    await symlink(String(first.pid), lock);
    await writeFile(join(project, '.local/start-ministack.log'), 'of the first');
    const { code, output } = await start([]);
    expect(output).toContain(`npm start runs in this folder already, as process ${first.pid}`);
    expect(code).toBe(1);
    expect(await readFile(join(project, '.local/start-ministack.log'), 'utf8')).toBe('of the first');
    expect(await readlink(lock)).toBe(String(first.pid));
    first.stdin.end('\n');
  });

  it.each([
    ['ended', () => 2 ** 22 + 1],
    ['is another program now', () => process.pid],
  ])('goes on if the process of the lock %s', async (_, pid) => {
    await rm(join(project, '.local/start.lock'), { force: true });
    await symlink(String(pid()), join(project, '.local/start.lock'));
    const { output } = await start([], { signal: 'SIGINT', at: 'http://127.0.0.1' });
    expect(output).toContain('Interrupted, stopping');
  });

  it('keeps the log of the session before', async () => {
    await writeFile(join(project, '.local/start-ministack.log'), 'of the one before');
    await start([], { signal: 'SIGINT', at: 'http://127.0.0.1' });
    expect(await readFile(join(project, '.local/start-ministack.previous.log'), 'utf8')).toBe('of the one before');
  });
});

it('npm start says what to do where its folder cannot be written', async () => {
  await rm(join(project, '.local'), { recursive: true });
  await writeFile(join(project, '.local'), '');
  const { code, output } = await start([]);
  expect(output).toMatch(/EEXIST.*: something else is where a folder belongs/);
  expect(code).toBe(1);
  await rm(join(project, '.local'));
  await linkPython();
});

it('npm start -- --help tells every option', async () => {
  const { code, output } = await start(['--help']);
  expect(output).toMatch(/\[folder\][^]*--once[^]*--port[^]*--deploy-timeout[^]*--config/);
  expect(code).toBe(0);
});

it.each(['SIGINT', 'SIGTERM'] as const)(
  'npm start, ended by %s amid a step, leaves nothing running',
  async (signal) => {
    const { code, output } = await start([], { signal, at: 'http://127.0.0.1' });
    expect(output).toMatch(/Interrupted, stopping[^]*The logs are kept:\n {2}\.local\/start-ministack\.log/);
    expect(code).toBe(signal === 'SIGINT' ? 130 : 143);
    const port = Number(/http:\/\/127\.0\.0\.1:(\d+)/.exec(output)?.[1]);
    await expect(reach(port)).rejects.toThrow('ECONNREFUSED');
  },
);

/** Runs it in the folder of the cases, and sends the signal as soon as it has said something. */
async function start(
  args: readonly string[],
  end?: { readonly signal: NodeJS.Signals; readonly at: string },
): Promise<{ readonly code: number | null; readonly output: string }> {
  const child = spawn(process.execPath, [join(project, 'local/start.ts'), ...args], {
    cwd: folder,
    env: { ...process.env, INIT_CWD: folder },
  });
  let output = '';
  const collect = (chunk: Buffer) => {
    output += chunk.toString();
    if (end !== undefined && output.includes(end.at)) child.kill(end.signal);
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const code = await new Promise<number | null>((resolve) => void child.on('close', resolve));
  return { code, output };
}

async function reach(port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0;
}
