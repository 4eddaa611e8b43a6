import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startGroup } from '../../local/process-group.ts';

let folder: string;
let options: Parameters<typeof startGroup>[1];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'group-'));
  options = { env: { PATH: process.env['PATH'] }, cwd: folder, log: join(folder, 'log') };
});
afterEach(async () => rm(folder, { recursive: true, force: true }));

/** Longer than a busy machine needs for what follows a signal. */
const AMPLE_MS = 600_000;

const said = () => readFile(options.log, 'utf8').catch(() => '');

it('a group ends with its command, and answers with its exit code', async () => {
  const group = startGroup(['sh', '-c', 'sleep 60 & echo $!; exit 3'], options);
  expect(await group.ended).toBe(3);
  await expect.poll(() => isRunning(said())).toBe(false);
});

it('stop() lets the command end by itself', async () => {
  const group = startGroup(
    ['sh', '-c', 'trap "echo bye; exit 0" TERM; echo ready; while :; do sleep 0.05; done'],
    options,
  );
  await expect.poll(said).toBe('ready\n');
  await group.stop(AMPLE_MS);
  expect(await said()).toMatch(/bye\n$/);
  expect(await group.ended).toBe(0);
});

it('stop() kills what does not end by itself, and what that had started', async () => {
  const group = startGroup(['sh', '-c', 'trap "" TERM; sleep 60 & echo $!; wait; wait'], options);
  await expect.poll(said).toMatch(/\d+\n/);
  await group.stop(100);
  expect(await group.ended).toBe(137);
  await expect.poll(() => isRunning(said())).toBe(false);
});

it('a group ends when the process that started it is killed', async () => {
  const program = join(folder, 'program.ts');
  const module = join(import.meta.dirname, '../../local/process-group.ts');
  await writeFile(
    program,
    `import { startGroup } from ${JSON.stringify(module)};
     startGroup(['sh', '-c', 'echo $$; exec sleep 60'], ${JSON.stringify(options)});`,
  );
  const starter = spawn(process.execPath, [program]);
  await expect.poll(said).toMatch(/\d+\n/);
  expect(await isRunning(said())).toBe(true);
  starter.kill('SIGKILL');
  await expect.poll(() => isRunning(said())).toBe(false);
});

/** A process that ended, but whose parent has not noticed yet, is not running. */
async function isRunning(output: Promise<string>): Promise<boolean> {
  const pid = Number(await output);
  const state = await new Promise<string>((resolve) => {
    let text = '';
    const ps = spawn('ps', ['-o', 'state=', '-p', String(pid)]);
    ps.stdout.on('data', (chunk) => (text += chunk));
    ps.on('close', () => resolve(text.trim()));
  });
  return state !== '' && !state.startsWith('Z');
}
