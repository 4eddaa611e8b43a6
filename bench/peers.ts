import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Stocked } from './stocked.ts';

/** A program of others that compares two buckets, without changing anything. */
export interface Peer {
  readonly name: string;
  /** The environment variable that says where it is, or nothing to leave it out; else it is looked for in `bench/.local/bin` and on the PATH. */
  readonly variable: string;
  readonly version: readonly string[];
  readonly compare: (buckets: Stocked) => readonly string[];
  readonly environment: (endpoint: string) => Readonly<Record<string, string>>;
  /** How its output says that it would copy, and that it would remove. */
  readonly copies: RegExp;
  readonly removes: RegExp;
  /** Ours may take this part of its time, and of its CPU time. */
  readonly targets: { readonly wall: number; readonly cpu?: number };
  readonly rounds: number;
}

export const PEERS: readonly Peer[] = [
  {
    name: 'rclone',
    variable: 'RCLONE',
    version: ['version'],
    compare: ({ source, destination }) => [
      'sync',
      '--dry-run',
      '--checksum',
      `bench:${source.bucket}`,
      `bench:${destination.bucket}`,
    ],
    environment: (endpoint) => ({
      RCLONE_CONFIG: '/dev/null',
      RCLONE_CONFIG_BENCH_TYPE: 's3',
      RCLONE_CONFIG_BENCH_PROVIDER: 'AWS',
      RCLONE_CONFIG_BENCH_ENDPOINT: endpoint,
      RCLONE_CONFIG_BENCH_FORCE_PATH_STYLE: 'true',
      RCLONE_CONFIG_BENCH_ENV_AUTH: 'true',
    }),
    copies: /: Skipped copy as --dry-run is set/,
    removes: /: Skipped delete as --dry-run is set/,
    targets: { wall: 1 / 9, cpu: 1 / 14 },
    rounds: 3,
  },
  {
    name: 's5cmd',
    variable: 'S5CMD',
    version: ['version'],
    compare: ({ endpoint, source, destination }) => [
      '--endpoint-url',
      endpoint,
      '--dry-run',
      'sync',
      '--delete',
      `s3://${source.bucket}/*`,
      `s3://${destination.bucket}/`,
    ],
    environment: () => ({}),
    copies: /^cp /,
    removes: /^rm /,
    targets: { wall: 1 / 18 },
    rounds: 1,
  },
  {
    name: 'aws s3 sync',
    variable: 'AWS_CLI',
    version: ['--version'],
    compare: ({ endpoint, source, destination }) => [
      '--endpoint-url',
      endpoint,
      's3',
      'sync',
      '--dryrun',
      '--delete',
      `s3://${source.bucket}`,
      `s3://${destination.bucket}`,
    ],
    environment: () => ({ AWS_CONFIG_FILE: '/dev/null', AWS_SHARED_CREDENTIALS_FILE: '/dev/null' }),
    copies: /^\(dryrun\) copy: /,
    removes: /^\(dryrun\) delete: /,
    targets: { wall: 1 / 45 },
    rounds: 1,
  },
];

/** Where it is; `undefined` if it is not on this machine. */
export function pathOf({ name, variable }: Peer): string | undefined {
  const [program = name] = name.split(' ');
  const folders = [OWN_FOLDER, ...(process.env['PATH'] ?? '').split(delimiter)];
  const given = process.env[variable];
  const places = given === undefined ? folders.map((folder) => join(folder, program)) : [given];
  return places.find((path) => path !== '' && existsSync(path));
}

/** Ignored by git. */
const OWN_FOLDER = fileURLToPath(new URL('.local/bin', import.meta.url));
