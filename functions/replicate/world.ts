import { setTimeout } from 'node:timers/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import { s3Bucket, s3Client, s3DestinationBucket } from '../../shared/s3/s3-bucket.ts';
import { UNLIMITED } from '../../shared/copy/pace-rate.ts';
import { createPace } from '../../shared/copy/pace.ts';
import type { PaceMemory } from '../../shared/copy/pace.ts';
import type { LongCopies } from '../../shared/copy/copy-world.ts';
import type { World } from './attempt.ts';
import { expiryRules } from './expiry-rules.ts';
import { handOver } from './hand-over.ts';
import { heedSlowDown } from '../../shared/copy/heed-slow-down.ts';
import type { Report } from './settle.ts';
import type { Settings } from './settings.ts';
import { sfnExecutions } from './sfn-executions.ts';

/** The two real buckets, for an invocation that must give up S3 after so many milliseconds. */
export function worldFor(settings: Settings, milliseconds: number, report?: Report): World {
  const { source, destination, replicas, endpoint } = settings;
  const signal = AbortSignal.timeout(Math.max(1, Math.floor(milliseconds)));
  const client = (region: string, attempts: number) =>
    clientFor(region, { attempts, sockets: SOCKETS, endpoint, asTheyAre: true });
  const sleep = (pause: number) => setTimeout(pause, undefined, { signal });
  const replicaAccess = { ...destination, client: client(destination.region, 3), signal };
  const world: World = {
    source: s3Bucket({ ...source, client: client(source.region, 3), signal }),
    destination: s3DestinationBucket(replicaAccess, {
      source,
      settings: replicas,
      commitClient: client(destination.region, 1),
    }),
    ...(settings.mayExpire && { expiryRules: expiryRules(replicaAccess, { now: Date.now, report }) }),
    sleep,
    now: Date.now,
    random: Math.random,
    long: longCopies(settings, milliseconds),
  };
  // The clock of the pace must not be set back.
  return heedSlowDown(
    world,
    createPace(paceMemory, { sleep, now: () => performance.now(), wallClock: Date.now }),
    report,
  );
}

function longCopies(
  { longCopies: { stateMachineArn: arn, partsPerInvocation }, destination }: Settings,
  milliseconds: number,
): LongCopies {
  const end = Date.now() + milliseconds;
  return {
    timeLeft: () => end - Date.now(),
    partsPerInvocation,
    ...(arn !== undefined && {
      handOver: (copy) => handOver(copy, sfnExecutions({ region: destination.region, arn })),
    }),
  };
}

/** For each of three clients: Lambda allows 1,024 open files. Parts need more of them than keys are worked on. */
const SOCKETS = 256;

/** Lives as long as the container, which has one destination. */
const paceMemory: PaceMemory = { state: UNLIMITED };

const clients = new Map<string, S3Client>();

/** One client for all invocations: making one costs more than a copy. */
function clientFor(region: string, options: Parameters<typeof s3Client>[1]): S3Client {
  const id = JSON.stringify([region, options]);
  const client = clients.get(id) ?? s3Client(region, options);
  clients.set(id, client);
  return client;
}
