import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'start-'));
  await mkdir(join(folder, 'empty'));
  await writeFile(join(folder, 'file'), 'x');
  await writeFile(join(folder, 'typo.config.ts'), 'export default { replicators: [ }');
  await writeFile(join(folder, 'empty.config.ts'), 'export default {};');
  await writeFile(join(folder, 'loop.config.ts'), LOOP);
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

const LOOP = `
const photos = { bucket: 'photos', region: 'us-east-1' };
export default { replicators: [{ source: photos, destinations: [photos] }] };`;

describe('npm start ends with one message and exit code 1, when', () => {
  it.each([
    { what: 'an option is unknown', args: ['--onec'], message: "error: unknown option '--onec'" },
    { what: 'two folders are named', args: ['a', 'b'], message: 'error: too many arguments' },
    { what: 'the port is none', args: ['--port', '99999'], message: 'Write a whole number from 1 to 65535.' },
    { what: 'the limit is none', args: ['--deploy-timeout', 'soon'], message: 'Write a whole number from 1 to 86400.' },
    {
      what: 'the folder does not exist',
      args: ['absent'],
      message: /Cannot put the folder .*absent": ENOENT.*; name one/,
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
    expect(code).toBe(1);
  });

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
    expect(output).toMatch(/cdk bootstrap took longer than 1 s and was ended/);
    expect(code).toBe(1);
    const port = Number(/http:\/\/127\.0\.0\.1:(\d+)/.exec(output)?.[1]);
    await expect(reach(port)).rejects.toThrow('ECONNREFUSED');
  });
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
    expect(output).toContain('Interrupted, stopping');
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
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../local/start.ts'), ...args], {
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
