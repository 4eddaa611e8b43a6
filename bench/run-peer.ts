import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { REGION } from './contestant.ts';
import type { Peer } from './peers.ts';
import type { Stocked } from './stocked.ts';

export interface PeerDone {
  readonly milliseconds: number;
  /** Milliseconds of CPU. */
  readonly cpu: number;
  /** Objects that it would copy, and remove. */
  readonly copies: number;
  readonly removes: number;
  readonly requests: number;
}

export function versionOf({ version }: Peer, path: string): string {
  return spawnSync(path, version, { encoding: 'utf8' }).stdout.split('\n')[0] ?? '';
}

/** What a command prints, and the milliseconds of CPU that it takes. It may use every processor. @throws {Error} if it fails. */
export async function outputOf(
  command: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<{ readonly cpu: number; readonly output: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  try {
    const file = join(folder, 'output');
    const output = await open(file, 'w');
    const cpu = await timed(command, { output, environment });
    await output.close();
    return { cpu, output: await readFile(file, 'utf8') };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** From its start to its end. It may use every processor. @throws {Error} if it fails. */
export async function runPeer(peer: Peer, path: string, buckets: Stocked): Promise<PeerDone> {
  await buckets.latency(0);
  const began = performance.now();
  const { cpu, output } = await outputOf([path, ...peer.compare(buckets)], peer.environment(buckets.endpoint));
  const milliseconds = performance.now() - began;
  const lines = output.split(/[\r\n]+/);
  const count = (pattern: RegExp) => lines.filter((line) => pattern.test(line)).length;
  return {
    milliseconds,
    cpu,
    copies: count(peer.copies),
    removes: count(peer.removes),
    requests: await buckets.latency(0),
  };
}

/** @returns the milliseconds of CPU that a command took. Node does not tell that of others; bash does. */
async function timed(
  command: readonly string[],
  { output, environment }: { readonly output: FileHandle; readonly environment: Readonly<Record<string, string>> },
): Promise<number> {
  const shell = spawn('bash', ['-c', 'TIMEFORMAT="%U %S"; time "$@" >&3 2>&3', 'bench', ...command], {
    env: {
      ...process.env,
      AWS_ACCESS_KEY_ID: 'bench',
      AWS_SECRET_ACCESS_KEY: 'bench',
      AWS_REGION: REGION,
      AWS_EC2_METADATA_DISABLED: 'true',
      ...environment,
    },
    stdio: ['ignore', 'ignore', 'pipe', output.fd],
  });
  const told = shell.stderr === null ? Promise.resolve('') : text(shell.stderr);
  const [code] = await once(shell, 'exit');
  if (code !== 0) throw new Error(`${command.join(' ')} ended with exit code ${code}: ${await told}`);
  const [user = Number.NaN, system = Number.NaN] = (await told).trim().split(' ').map(Number);
  return (user + system) * 1000;
}
