import { createHash } from 'node:crypto';
import { readRequest, TOKEN } from '../../functions/restore/request.ts';
import type { Encryption, Request, Selection, Tier } from '../../functions/restore/request.ts';
import { whyNoDestination, whyNotMade } from '../../functions/restore/why-not.ts';
import type { Destination, Replicator, Source } from '../../infra/config/replicator.ts';
import type { ObjectKey } from '../../shared/objects/object-key.ts';
import type { StorageClass } from '../../shared/objects/storage-classes.ts';
import { UsageError } from '../terminal/usage-error.ts';

/** What was asked for on the command line. */
export interface RestoreOptions {
  readonly config: string;
  readonly source?: string;
  readonly from?: string;
  readonly to?: string;
  readonly toSource?: boolean;
  readonly newBucket?: string;
  readonly prefix?: string;
  readonly key?: ObjectKey;
  readonly keysFile?: string;
  readonly at?: string;
  readonly version?: string;
  readonly undelete?: boolean;
  readonly existing: 'skip' | 'replace';
  readonly encryption: Encryption['as'];
  readonly kmsKey?: string;
  readonly storageClass?: StorageClass;
  readonly tier: Tier;
  readonly dryRun?: boolean;
  readonly token?: string;
  readonly json?: boolean;
  /** Starts without asking. */
  readonly yes?: boolean;
}

/**
 * The request of a run, as the options say it.
 *
 * @param of the files of keys, where `--keys-file` names one.
 * @throws {UsageError} if they say nothing that can be done; its exit code is 2.
 */
export function requestOf(
  options: RestoreOptions,
  {
    replicator: { source, destinations },
    all,
    token,
    keyFiles,
    now,
  }: {
    readonly replicator: Replicator;
    /** Of the configuration. */
    readonly all: readonly Replicator[];
    readonly token: string;
    readonly keyFiles: readonly string[];
    readonly now: number;
  },
): Request {
  const from = destinations.find(({ bucket }) => bucket === options.from);
  if (from === undefined) throw wrong('Say with --from which destination is restored from');
  if (!TOKEN.test(token)) throw wrong('A token has 1 to 64 letters, digits, hyphens and underscores');
  const { undelete = false, dryRun = false, existing, tier } = options;
  if (options.kmsKey !== undefined && options.encryption !== 'sse-kms')
    throw wrong('--kms-key goes with --encryption sse-kms');
  if (options.version !== undefined && options.key === undefined) throw wrong('--version goes with --key');
  if (options.version !== undefined && options.at !== undefined) throw wrong('Say --at or --version, not both');
  const to = targetOf(options, source.bucket);
  if (to.bucket !== from.bucket && isDestination(to.bucket, all)) throw wrong(whyNoDestination(to.bucket));
  const unmade = to.create === true ? whyNotMade(to.bucket) : undefined;
  if (unmade !== undefined) throw wrong(unmade);
  if (options.encryption === 'as-is') refuseKeyElsewhere(to, { from, source, all });
  const request = {
    token,
    from: { bucket: from.bucket, region: from.region, account: from.account },
    to,
    select: selectionOf(options, keyFiles),
    ...(options.at !== undefined && { at: momentOf(options.at, now) }),
    ...(options.version !== undefined && { version: options.version }),
    undelete,
    existing,
    encryption: encryptionOf(options),
    ...(options.storageClass !== undefined && { storageClass: options.storageClass }),
    tier,
    dryRun,
  };
  try {
    return readRequest(request);
  } catch (error) {
    throw wrong(error instanceof Error ? error.message : String(error));
  }
}

function targetOf({ to, toSource, newBucket }: RestoreOptions, source: string): Request['to'] {
  const said = [to, toSource === true ? source : undefined, newBucket].filter((name) => name !== undefined);
  if (said.length !== 1)
    throw wrong('Say where to: with --to <bucket>, --to-source, or --new-bucket <name>, one of them');
  if (newBucket !== undefined) return { bucket: newBucket, create: true };
  return { bucket: said[0] ?? source };
}

function isDestination(bucket: string, all: readonly Replicator[]): boolean {
  return all.some(({ destinations }) => destinations.some((destination) => destination.bucket === bucket));
}

/** S3 finds a key of KMS in the Region of the bucket only, so that every single copy would fail. */
function refuseKeyElsewhere(
  to: Request['to'],
  {
    from: { encryption },
    source,
    all,
  }: { readonly from: Destination; readonly source: Source; readonly all: readonly Replicator[] },
): void {
  if (typeof encryption !== 'object') return;
  const sources = all.map((replicator) => replicator.source);
  const region = to.create === true ? source.region : sources.find(({ bucket }) => bucket === to.bucket)?.region;
  const [, , , ofKey] = encryption.kmsKeyArn.split(':');
  if (region === undefined || region === ofKey) return;
  throw wrong(
    `As it is encrypted in the destination, with ${encryption.kmsKeyArn}, nothing can be written to "${to.bucket}": that key is in ${ofKey}, the bucket in ${region}. Say --encryption sse-s3, or --encryption sse-kms with --kms-key <a key in ${region}>`,
  );
}

function selectionOf({ prefix, key, keysFile }: RestoreOptions, keyFiles: readonly string[]): Selection {
  if ([prefix, key, keysFile].filter((one) => one !== undefined).length > 1)
    throw wrong('Say --prefix, --key or --keys-file, one of them');
  if (key !== undefined) return { key };
  if (keysFile !== undefined) return { keyFiles: keyFiles.length, digest: digestOf(keyFiles) };
  return prefix === undefined ? {} : { prefix };
}

function digestOf(keyFiles: readonly string[]): string {
  const hash = createHash('sha256');
  for (const text of keyFiles) hash.update(text);
  return hash.digest('hex');
}

function encryptionOf({ encryption: as, kmsKey }: RestoreOptions): Encryption {
  return as === 'sse-kms' ? { as, ...(kmsKey !== undefined && { kmsKeyArn: kmsKey }) } : { as };
}

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

/** In UTC. Without a zone, nobody knows whose hour it is. */
function momentOf(text: string, now: number): string {
  // JavaScript takes 30 February for 2 March.
  const day = new Date(`${text.slice(0, 10)}T00:00:00Z`);
  const isDay = !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text.slice(0, 10));
  const time = MOMENT.test(text) && isDay ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time))
    throw wrong(`Cannot take "${text}" for a moment: write it with its zone, as 2026-11-21T09:00:00Z or …+01:00`);
  if (time > now) throw wrong(`${text} lies in the future`);
  return new Date(time).toISOString();
}

function wrong(message: string): UsageError {
  return new UsageError(message, { exitCode: 2 });
}
