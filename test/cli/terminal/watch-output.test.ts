import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { proxy } from '../../support/proxy.ts';
import type { Proxy } from '../../support/proxy.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const IDENTITY =
  '<GetCallerIdentityResponse><GetCallerIdentityResult><Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>';
const REFUSED = JSON.stringify({ __type: 'AccessDeniedException', message: 'no' });
const ESCAPE = '\u001B[';

/** An AWS that says who asks, and has empty tables; all the rest it refuses, so that there is much to tell. */
let between: Proxy;

const ANSWERS = new Map([
  ['sts', IDENTITY],
  ['dynamodb', '{"Count":0}'],
]);

beforeEach(async () => {
  between = await proxy((service) => {
    const body = ANSWERS.get(service);
    return body === undefined ? { status: 403, body: REFUSED } : { status: 200, body };
  });
});

afterEach(() => between.close());

async function run(
  args: readonly string[],
  {
    environment = {},
    stdout = 'pipe',
  }: { readonly environment?: object; readonly stdout?: 'pipe' | 'gone' | number } = {},
) {
  const child = spawn(process.execPath, ['cli/main.ts', ...args, '--config', 'test/cli/two-sources.config.ts'], {
    cwd: root,
    env: {
      PATH: process.env['PATH'],
      HOME: '/nonexistent',
      AWS_ACCESS_KEY_ID: 'id',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_ENDPOINT_URL: 'http://aws.test.invalid',
      http_proxy: between.url,
      ...environment,
    },
    stdio: ['ignore', typeof stdout === 'number' ? stdout : 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (err += text));
  if (stdout === 'gone') child.stdout?.destroy();
  const [code] = await once(child, 'close');
  return { code, out, err };
}

const COMMANDS = [
  ['status', '--source', 'photos'],
  ['status', '--source', 'photos', '--key', 'k'],
  ['history', '--source', 'photos', '--key', 'k'],
] as const;

describe('whoever reads may have seen enough', () => {
  it.each(COMMANDS.map((args) => ({ args })))('$args ends quietly, and as it would have', async ({ args }) => {
    const heard = await run(args);
    const unheard = await run(args, { stdout: 'gone' });
    expect(unheard.err).toBe(heard.err);
    expect(unheard.code).toBe(heard.code);
  });
});

// A device of Linux that is always full.
describe.runIf(existsSync('/dev/full'))('a full disk', () => {
  it.each([[['status', '--source', 'photos']], [['restore', '--help']]])(
    '%j says so, and ends with 1',
    async (args) => {
      const full = openSync('/dev/full', 'w');
      try {
        const { code, err } = await run(args, { stdout: full });
        expect(err).toBe(
          'Cannot write what this command says: ENOSPC: no space left on device, write; make room, or send its output somewhere else\n',
        );
        expect(code).toBe(1);
      } finally {
        closeSync(full);
      }
    },
  );
});

describe('colours', () => {
  const args = ['status', '--source', 'photos'];

  it.each([
    { name: 'none where nobody watches', environment: {}, coloured: false },
    { name: 'with FORCE_COLOR all the same', environment: { FORCE_COLOR: '1' }, coloured: true },
    { name: 'none with NO_COLOR', environment: { NO_COLOR: '1' }, coloured: false },
    { name: 'none with FORCE_COLOR=0', environment: { FORCE_COLOR: '0' }, coloured: false },
  ])('$name', async ({ environment, coloured }) => {
    const { out, err } = await run(args, { environment });
    expect(out).not.toBe('');
    expect(out.includes(ESCAPE)).toBe(coloured);
    expect(err).not.toContain(ESCAPE);
  });

  it('JSON has none, whatever is forced', async () => {
    const { out } = await run([...args, '--json'], { environment: { FORCE_COLOR: '1' } });
    expect(out).not.toContain(ESCAPE);
    expect(JSON.parse(out)).toBeDefined();
  });
});
