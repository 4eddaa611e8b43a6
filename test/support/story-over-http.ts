import { vi } from 'vitest';
import type { World } from '../../functions/replicate/attempt.ts';
import { heedSlowDown } from '../../shared/copy/heed-slow-down.ts';
import { UNLIMITED } from '../../shared/copy/pace-rate.ts';
import { createPace } from '../../shared/copy/pace.ts';
import { s3Bucket, s3Client, s3DestinationBucket } from '../../shared/s3/s3-bucket.ts';
import type { FaultKind } from './s3-simulator/faults.ts';
import { createHttpSchedule } from './s3-simulator/http-schedule.ts';
import { startSimulator } from './s3-simulator/http-server.ts';
import type { Simulator } from './s3-simulator/http-server.ts';
import type { Task } from './s3-simulator/schedule.ts';
import { DESTINATION, judgeReplica, playStory, SOURCE } from './story.ts';
import type { Stage, Story } from './story.ts';

/** Plays the story of a seed with the real SDK and HTTP between the functions and S3. */
export async function playStoryOverHttp(seed: number): Promise<void> {
  const schedule = createHttpSchedule(seed);
  let simulator: Simulator | undefined;
  const client = schedule.follow(
    s3Client('us-east-1', { attempts: 1, sockets: 64, endpoint: 'given by the environment' }),
  );
  const stage: Stage = {
    schedule,
    async begin(story) {
      simulator = await startSimulator(story.store, {
        async onStep(step) {
          await schedule.onStep(step);
          if (step.at === 'committed') await judgeReplica(story);
        },
      });
      vi.stubEnv('AWS_ENDPOINT_URL_S3', simulator.endpoint);
      addFaults(story, simulator);
    },
    worldOf: (_, call) => {
      const world = stepping(
        {
          source: s3Bucket({ ...SOURCE, client, signal: NEVER }),
          destination: s3DestinationBucket(
            { ...DESTINATION, client, signal: NEVER },
            { source: SOURCE, settings: {}, commitClient: client },
          ),
          sleep: (milliseconds) => call.sleep(milliseconds),
          now: schedule.now,
          random: schedule.random,
        },
        call,
      );
      return heedSlowDown(world, createPace({ state: UNLIMITED }, { ...world, wallClock: world.now }));
    },
  };
  try {
    await playStory(seed, { stage });
  } finally {
    client.destroy();
    await simulator?.close();
  }
}

const NEVER = new AbortController().signal;
const MINUTE = 60_000;

/** Between a call and its answer the caller may be killed; the request goes on. */
function stepping(world: World, call: Task): World {
  const around = async <T>(what: string, ask: () => Promise<T>): Promise<T> => {
    await call.step(`sends ${what}`);
    try {
      return await ask();
    } finally {
      await call.step(`answer of ${what}`);
    }
  };
  const { source, destination } = world;
  return {
    ...world,
    source: { ...source, head: (key) => around('HEAD source', () => source.head(key)) },
    destination: {
      ...destination,
      head: (key) => around('HEAD destination', () => destination.head(key)),
      copy: (request) => around('copy', () => destination.copy(request)),
    },
  };
}

/** The first requests meet faults; what is late lands within minutes. */
function addFaults({ schedule, faultsLeft }: Story, { faults }: Simulator): void {
  for (let count = 0; count < faultsLeft; count++) {
    const fault = FAULTS[Math.floor(schedule.random() * FAULTS.length)] ?? 'reset';
    const when = WHEN[Math.floor(schedule.random() * WHEN.length)] ?? 'before commit';
    const added = faults.add({
      match: ({ operation }) => operation === 'CopyObject' || when === 'before commit',
      fault,
      when,
    });
    schedule.spawn('late requests land', async (task) => {
      for (let time = 0; time < 40; time++) {
        await task.sleep(5 * MINUTE, 'until they land');
        added.release();
      }
    });
  }
}

const FAULTS: readonly FaultKind[] = [
  '503 SlowDown',
  '500 InternalError',
  '502 BadGateway',
  '504 GatewayTimeout',
  '403 AccessDenied',
  '409 ConditionalRequestConflict',
  '200 InternalError',
  '200 SlowDown',
  'reset',
];
const WHEN = ['before commit', 'after commit', 'late'] as const;
