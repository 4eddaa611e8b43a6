import { backOff } from '../../shared/back-off.ts';
import { afterAnswer, afterSending, UNLIMITED, waitOf } from '../../shared/copy/pace-rate.ts';
import { randomFrom } from './s3-simulator/random.ts';
import { rateLimit } from './s3-simulator/rate-limit.ts';

/** A service that refuses what is above a limit, or a share of all requests, or both. Times in milliseconds, rates in requests a second. */
export interface Throttled {
  readonly limit?: (time: number) => number;
  /** Without a limit: none. */
  readonly burst?: number;
  readonly share?: (time: number) => number;
  readonly latency?: number;
}

export interface Clients {
  readonly clients?: number;
  readonly inFlight?: number;
  /** What one thread can send. */
  readonly perSecond?: number;
  readonly seconds?: number;
  readonly seed: number;
}

export interface Reached {
  /** Requests that succeeded, a second, of all clients together. */
  readonly rate: number;
  readonly perClient: readonly number[];
  /** The share of refused requests after the first ten seconds. */
  readonly refused: number;
  /** Keys that were given up. */
  readonly lost: number;
}

/** How a client waits between attempts, and how many it makes. */
type Kind = 'paced' | 'standard retries';

const STANDARD_ATTEMPTS = 3;
const RETRY_TOKENS = 500;
const RETRY_COST = 5;
const SETTLING_MS = 10_000;

/**
 * Plays clients that always have work, in virtual time: those of this project, or such as the SDK's `standard` retries make: three
 * attempts, a bucket of 500 tokens of which a retry costs five and a success gives back one, full jitter from 100 ms (the SDK itself
 * begins at 500 ms after SlowDown; this one is faster).
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
export function reach(
  kind: Kind,
  service: Throttled,
  { clients = 1, inFlight = 256, perSecond = 1000, seconds = 60, seed }: Clients,
): Reached {
  const random = randomFrom(seed);
  const { share = () => 0, limit, latency = 20 } = service;
  const agenda = createAgenda();
  const { now } = agenda;
  const withinLimit = movingLimit(limit, { burst: service.burst ?? 40, now });
  const counts = { sent: 0, refused: 0, lost: 0 };
  const done = Array.from({ length: clients }, client);
  agenda.run(seconds * 1000);
  return {
    rate: done.reduce((sum, count) => sum + count(), 0) / seconds,
    perClient: done.map((count) => count() / seconds),
    refused: counts.refused / Math.max(1, counts.sent),
    lost: counts.lost,
  };

  function client(): () => number {
    let state = UNLIMITED;
    let ended = 0;
    let threadFree = 0;
    let tokens = RETRY_TOKENS;
    let isWaiting = false;
    const waiting: number[] = [];
    for (let worker = 0; worker < inFlight; worker++) ask(0);
    return () => ended;

    function ask(attempt: number): void {
      waiting.push(attempt);
      sendAll();
    }

    function sendAll(): void {
      for (;;) {
        const wait = kind === 'paced' ? waitOf(state, now()) : 0;
        if (wait > 0 && waiting.length > 0 && !isWaiting) {
          isWaiting = true;
          agenda.at(now() + Math.ceil(wait), () => {
            isWaiting = false;
            sendAll();
          });
        }
        const attempt = wait > 0 ? undefined : waiting.shift();
        if (attempt === undefined) return;
        send(attempt);
      }
    }

    function send(attempt: number): void {
      const request = state.count;
      state = afterSending(state, { now: now(), wallClock: now() });
      threadFree = Math.max(threadFree, now()) + 1000 / perSecond;
      agenda.at(threadFree + latency / 2, () => {
        const slowDown = random() < share(now()) || !withinLimit();
        if (now() > SETTLING_MS) {
          counts.sent++;
          if (slowDown) counts.refused++;
        }
        agenda.at(now() + latency / 2, () => {
          state = afterAnswer(state, { request, slowDown, now: now() });
          answered(attempt, slowDown);
        });
      });
    }

    function answered(attempt: number, slowDown: boolean): void {
      if (!slowDown) {
        ended++;
        tokens = Math.min(RETRY_TOKENS, tokens + 1);
        ask(0);
      } else if (kind === 'standard retries' && (attempt + 1 >= STANDARD_ATTEMPTS || tokens < RETRY_COST)) {
        counts.lost++;
        ask(0);
      } else {
        tokens -= RETRY_COST;
        agenda.at(now() + backOff(attempt, random()), () => ask(attempt + 1));
      }
    }
  }
}

/** A limit that may change. */
function movingLimit(
  limit: Throttled['limit'],
  { burst, now }: { readonly burst: number; readonly now: () => number },
): () => boolean {
  if (limit === undefined) return () => true;
  let perSecond = Number.NaN;
  let admit = rateLimit({ perSecond: 0, burst, now });
  return () => {
    const asked = limit(now());
    if (asked !== perSecond) admit = rateLimit({ perSecond: (perSecond = asked), burst, now });
    return admit();
  };
}

/** What is to be done when, in virtual time; at the same moment in the order in which it was asked for. */
function createAgenda() {
  type Item = readonly [time: number, order: number, act: () => void];
  const heap: Item[] = [];
  let time = 0;
  let order = 0;
  const isBefore = (a: Item | undefined, b: Item | undefined) =>
    a !== undefined && b !== undefined && (a[0] - b[0] || a[1] - b[1]) < 0;

  return { now: () => time, at, run };

  function at(when: number, act: () => void): void {
    heap.push([when, order++, act]);
    for (let child = heap.length - 1; child > 0;) {
      const parent = (child - 1) >> 1;
      if (!isBefore(heap[child], heap[parent])) return;
      swap(child, parent);
      child = parent;
    }
  }

  function run(until: number): void {
    for (let next = first(); next !== undefined && next[0] <= until; next = first()) {
      time = next[0];
      next[2]();
    }
  }

  function first(): Item | undefined {
    swap(0, heap.length - 1);
    const item = heap.pop();
    for (let parent = 0; ;) {
      let least = parent;
      for (const child of [2 * parent + 1, 2 * parent + 2]) if (isBefore(heap[child], heap[least])) least = child;
      if (least === parent) return item;
      swap(least, parent);
      parent = least;
    }
  }

  function swap(a: number, b: number): void {
    const [one, other] = [heap[a], heap[b]];
    if (one === undefined || other === undefined) return;
    heap[a] = other;
    heap[b] = one;
  }
}

/** The kinds of services that clients meet, with what a paced client must reach of what one with standard retries does. */
export const SERVICES: readonly {
  readonly name: string;
  readonly service: Throttled;
  readonly clients?: Omit<Clients, 'seed'>;
  /** Of the rate of the SDK's client. */
  readonly atLeast: number;
  /** Of the requests, once it has settled. */
  readonly refusedAtMost: number;
}[] = [
  { name: 'limit 100', service: { limit: () => 100, burst: 10 }, atLeast: 0.97, refusedAtMost: 0.06 },
  { name: 'limit 400', service: { limit: () => 400 }, atLeast: 0.97, refusedAtMost: 0.04 },
  { name: 'limit 400, 200 ms', service: { limit: () => 400, latency: 200 }, atLeast: 0.96, refusedAtMost: 0.04 },
  {
    name: 'limit 3,500',
    service: { limit: () => 3500, burst: 350 },
    clients: { perSecond: 8000, inFlight: 512, seconds: 20 },
    atLeast: 0.95,
    refusedAtMost: 0.02,
  },
  ...[1, 3, 5, 8, 10].map((percent) => ({
    name: `share ${percent} %`,
    service: { share: () => percent / 100 },
    atLeast: 0.95,
    refusedAtMost: 0.12,
  })),
  { name: 'share 20 %', service: { share: () => 0.2 }, atLeast: 0.8, refusedAtMost: 0.22 },
  { name: 'share 30 %', service: { share: () => 0.3 }, atLeast: 0.9, refusedAtMost: 0.32 },
  { name: 'share 50 %', service: { share: () => 0.5 }, atLeast: 0.9, refusedAtMost: 0.52 },
  {
    name: 'share 30 %, 500 ms, 8 at once',
    service: { share: () => 0.3, latency: 500 },
    clients: { inFlight: 8 },
    atLeast: 0.9,
    refusedAtMost: 0.34,
  },
  {
    name: 'limit 400 and share 1 %',
    service: { limit: () => 400, share: () => 0.01 },
    atLeast: 0.94,
    refusedAtMost: 0.07,
  },
  {
    name: 'limit 400 and share 5 %',
    service: { limit: () => 400, share: () => 0.05 },
    atLeast: 0.94,
    refusedAtMost: 0.14,
  },
  {
    name: 'limit 400 and share 30 %',
    service: { limit: () => 400, share: () => 0.3 },
    atLeast: 0.94,
    refusedAtMost: 0.6,
  },
  {
    name: 'limit 100 and share 20 %',
    service: { limit: () => 100, burst: 10, share: () => 0.2 },
    atLeast: 0.9,
    refusedAtMost: 0.45,
  },
  {
    name: 'limit 100, and 1,000 after 20 s',
    service: { limit: (time) => (time < 20_000 ? 100 : 1000) },
    clients: { perSecond: 4000 },
    atLeast: 0.9,
    refusedAtMost: 0.05,
  },
  {
    name: 'limit 1,000, and 100 after 20 s',
    service: { limit: (time) => (time < 20_000 ? 1000 : 100) },
    clients: { perSecond: 4000 },
    atLeast: 0.94,
    refusedAtMost: 0.12,
  },
  {
    name: 'share 80 % for one second of ten',
    service: { share: (time) => (time % 10_000 < 1000 ? 0.8 : 0) },
    atLeast: 0.9,
    refusedAtMost: 0.12,
  },
  {
    name: 'all refused for 5 s of 30',
    service: { share: (time) => (time % 30_000 > 25_000 ? 1 : 0) },
    atLeast: 0.9,
    refusedAtMost: 0.1,
  },
  {
    name: 'share 30 % for 20 s, then limit 200',
    service: { share: (time) => (time < 20_000 ? 0.3 : 0), limit: (time) => (time < 20_000 ? 1e6 : 200) },
    atLeast: 0.85,
    refusedAtMost: 0.35,
  },
  {
    name: 'limit 400, ten clients',
    service: { limit: () => 400 },
    clients: { clients: 10, inFlight: 64 },
    atLeast: 0.96,
    refusedAtMost: 0.12,
  },
  {
    name: 'limit 1,000 and share 5 %, four clients',
    service: { limit: () => 1000, burst: 100, share: () => 0.05 },
    clients: { clients: 4, inFlight: 64 },
    atLeast: 0.9,
    refusedAtMost: 0.12,
  },
  {
    name: 'share 10 %, four clients',
    service: { share: () => 0.1 },
    clients: { clients: 4, inFlight: 64, seconds: 30 },
    atLeast: 0.85,
    refusedAtMost: 0.12,
  },
];
