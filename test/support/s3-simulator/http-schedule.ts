import { setImmediate as turn } from 'node:timers/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import type { Step } from './serve.ts';
import { createSchedule, type Schedule } from './schedule.ts';

/**
 * A schedule for tasks that speak to the simulator over HTTP: every step of every request waits for its turn as tasks do. It knows
 * that all have come to rest when each call that a client has under way stands at a step of the server, so that the same seed
 * gives the same order here, too.
 */
export function createHttpSchedule(seed: number): HttpSchedule {
  let underWay = 0;
  let standing = 0;
  const schedule = createSchedule({ seed, settle });
  return {
    ...schedule,
    async onStep({ at, request }) {
      if (at === 'answered') return;
      standing += 1;
      await schedule.fork(`${request.operation} "${request.key}" ${at}`, () => Promise.resolve((standing -= 1)));
    },
    follow(client) {
      client.middlewareStack.add((next) => async (args) => {
        underWay += 1;
        try {
          return await next(args);
        } finally {
          underWay -= 1;
        }
      });
      return client;
    },
  };

  async function settle(): Promise<void> {
    const deadline = performance.now() + HANGING_MS;
    await turn();
    while (!atRest()) {
      if (performance.now() > deadline)
        throw new Error(`Seed ${seed}: ${underWay} calls, ${standing} of them at a step`);
      await turn();
    }
  }

  function atRest(): boolean {
    return underWay === standing;
  }
}

/** Nothing of it waits for a clock: this much is a mistake, which then names its seed. */
const HANGING_MS = 600_000;

export interface HttpSchedule extends Schedule {
  /** For `startSimulator`. */
  readonly onStep: (step: Step) => Promise<void>;
  /** Counts the calls of a client; every client in the test must be followed. Returns the client. */
  readonly follow: (client: S3Client) => S3Client;
}
