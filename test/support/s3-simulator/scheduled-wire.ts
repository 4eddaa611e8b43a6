import { LostAnswer } from './wire.ts';
import type { Call, Wire } from './wire.ts';
import { S3Error, type ErrorCode } from './s3-error.ts';
import type { Schedule, Task } from './schedule.ts';

/**
 * A wire of a scheduled world. Every call is a task of its own, so that it outlives a caller that is killed or gives up, and lands
 * when the schedule lets it.
 */
export function scheduledWire({ schedule, caller, fate = () => ANSWERED }: ScheduledWire): Wire {
  let calls = 0;
  return async (call, serve) => {
    const name = `${caller.name} ${call.operation} ${(calls += 1)}`;
    await caller.step(`send ${name}`);
    const meant = fate(call);
    if (meant.kind === 'refused') return refuse(meant.code);
    if (meant.kind === 'dropped') return lose();
    const served = schedule.fork(name, (request) =>
      serve(async (at) => {
        if (at === 'commit' && meant.slow !== undefined) await request.sleep(meant.slow, `slow ${meant.slow}`);
        await request.step(at);
      }),
    );
    if (meant.kind === 'lost') return lose();
    try {
      return await served;
    } finally {
      await caller.step(`answer of ${name}`);
    }
  };

  async function refuse(code: ErrorCode): Promise<never> {
    await caller.step(`refused: ${code}`);
    throw new S3Error(code);
  }

  async function lose(): Promise<never> {
    await caller.step('no answer');
    throw new LostAnswer('No answer');
  }
}

export interface ScheduledWire {
  readonly schedule: Schedule;
  /** Who calls: its steps wait for the answers. */
  readonly caller: Task;
  /** What becomes of a call; absent: it is served and answered. */
  readonly fate?: (call: Call) => Fate;
}

/** `slow`: virtual milliseconds between the beginning and the commit. */
export type Fate =
  | { readonly kind: 'answered'; readonly slow?: number }
  /** It is served as ever, but the caller does not wait and has no clear answer. */
  | { readonly kind: 'lost'; readonly slow?: number }
  /** It never arrives, and the caller has no clear answer. */
  | { readonly kind: 'dropped' }
  /** S3 says no and does nothing. 500, 502 and 504 leave the caller in the dark as well. */
  | { readonly kind: 'refused'; readonly code: ErrorCode };

const ANSWERED: Fate = { kind: 'answered' };
