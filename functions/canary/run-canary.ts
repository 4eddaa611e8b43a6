import { backOff } from '../../shared/back-off.ts';
import { discover } from '../../shared/topic/discover.ts';
import type { DestinationAddress } from '../../shared/topic/discover.ts';
import type { CanaryMetric } from '../../shared/metrics.ts';
import type { Subscription } from '../../shared/topic/subscriptions-to.ts';
import { arrivalOf, newStamp } from './arrival.ts';
import type { Canary, Seen } from './arrival.ts';

/** Everything around a canary. */
export interface World {
  /** Overwrites it in the source. @throws if S3 does not take it. */
  put(stamp: string): Promise<Canary>;
  /** All subscriptions to the topic, of all pages. */
  subscriptions(): Promise<readonly Subscription[]>;
  observe(destination: DestinationAddress): Observed;
  readonly log: {
    info(message: string, about: object): void;
    error(message: string, about: object): void;
  };
  readonly sleep: (milliseconds: number) => Promise<unknown>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly random: () => number;
  readonly settings: {
    readonly source: { readonly bucket: string };
    readonly topicArn: string;
    readonly withinSeconds: number;
  };
}

/** A destination through its observer role. */
export interface Observed {
  /** The canary as it is there; `undefined` if there is none. @throws if that cannot be seen. */
  look(canary: Canary): Promise<Seen | undefined>;
  /** All at that time; milliseconds since 1970. @throws if they cannot be put. */
  putMetrics(metrics: CanaryMetrics, at: number): Promise<void>;
}

export type CanaryMetrics = Readonly<Partial<Record<CanaryMetric, number>>>;

/**
 * Overwrites the canary, sees it arrive at every destination, and puts what it saw as metrics of that destination.
 *
 * @throws if it could not be put, or something of a destination could not be told: then its alarm speaks for want of a metric.
 */
export async function runCanary(world: World): Promise<void> {
  const { settings, log } = world;
  const { destinations, problems } = discover(await world.subscriptions(), settings);
  if (problems.length > 0) log.error('destinations', { problems });
  if (destinations.length === 0) throw new Error(problems.join('; '));
  const began = world.now();
  const canary = await world.put(newStamp(began, Math.floor(world.random() * 2 ** 32).toString(16)));
  const told = await Promise.allSettled(
    destinations.map((destination) => watch(destination, { world, canary, putAt: world.now(), began })),
  );
  const errors = told.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
  if (errors.length > 0)
    throw new AggregateError(errors, `Cannot tell of the canary: ${errors.map(String).join('; ')}`);
}

async function watch(
  destination: DestinationAddress,
  {
    world,
    canary,
    putAt,
    began,
  }: { readonly world: World; readonly canary: Canary; readonly putAt: number; readonly began: number },
): Promise<void> {
  const observed = world.observe(destination);
  const deadline = putAt + world.settings.withinSeconds * 1000;
  const about = { destination: destination.bucket, stamp: canary.stamp };
  for (let attempt = 0; ; attempt++) {
    const arrival = await lookOnce(observed, canary);
    const now = world.now();
    if (arrival === 'arrived' && now <= deadline) {
      const delay = now - putAt;
      world.log.info('arrived', { ...about, delay });
      await observed.putMetrics({ CanaryArrived: 1, CanaryDelay: delay }, began);
      return;
    }
    if (now >= deadline) {
      const why = arrival === 'arrived' ? 'it came too late' : arrival.why;
      world.log.error('not arrived', { ...about, withinSeconds: world.settings.withinSeconds, why });
      await observed.putMetrics({ CanaryArrived: 0 }, began);
      return;
    }
    // Often at first, when it is due to come, then every ten seconds.
    const pause = Math.max(SHORTEST_PAUSE_MS, backOff(attempt + 2, 1));
    await world.sleep(Math.min(pause, deadline - now));
  }
}

const SHORTEST_PAUSE_MS = 500;

/** What cannot be seen at one look may be seen at the next. */
async function lookOnce(observed: Observed, canary: Canary): Promise<ReturnType<typeof arrivalOf>> {
  try {
    return arrivalOf(canary, await observed.look(canary));
  } catch (error) {
    return { why: `it cannot be looked at: ${error instanceof Error ? error.message : String(error)}` };
  }
}
