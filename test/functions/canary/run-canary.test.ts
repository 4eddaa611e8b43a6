import { beforeEach, describe, expect, it } from 'vitest';
import type { Canary, Seen } from '../../../functions/canary/arrival.ts';
import { runCanary } from '../../../functions/canary/run-canary.ts';
import type { CanaryMetrics, World } from '../../../functions/canary/run-canary.ts';
import type { Subscription } from '../../../shared/topic/subscriptions-to.ts';
import { ACCOUNT, NIGHT, SOURCE, subscriptionOf } from '../../support/reconcile-rig.ts';

interface Put {
  readonly destination: string;
  readonly metrics: CanaryMetrics;
  readonly at: number;
}

let now = NIGHT;
let puts: Put[] = [];
let canaries: Canary[] = [];
let lines: { readonly message: string; readonly about: object }[] = [];
/** What a destination shows, by its bucket. */
let shown: Record<string, (canary: Canary) => Seen | undefined> = {};
let subscriptions: Subscription[] = [];

beforeEach(() => {
  now = NIGHT;
  puts = [];
  canaries = [];
  lines = [];
  shown = {};
  subscriptions = [subscriptionOf('photos-eu'), subscriptionOf('photos-dr', { region: 'us-west-2' })];
});

const asPut = ({ stamp, etag }: Canary): Seen => ({ etag, inMetadata: stamp, inTags: stamp });
const after = (seconds: number) => (canary: Canary) => (now >= NIGHT + seconds * 1000 ? asPut(canary) : undefined);

function world(differently: Partial<World> = {}): World {
  return {
    async put(stamp) {
      const canary = { stamp, etag: `e-${stamp}` };
      canaries.push(canary);
      return canary;
    },
    subscriptions: async () => subscriptions,
    observe: ({ bucket }) => ({
      look: async (canary) => (shown[bucket] ?? asPut)(canary),
      async putMetrics(metrics, at) {
        puts.push({ destination: bucket, metrics, at });
      },
    }),
    log: {
      info: (message, about) => lines.push({ message, about }),
      error: (message, about) => lines.push({ message, about }),
    },
    // All wait at once: each for itself, on a clock that stands at the latest of them.
    sleep: async (milliseconds) => {
      const until = now + milliseconds;
      await Promise.resolve();
      now = Math.max(now, until);
    },
    now: () => now,
    random: () => 0.5,
    settings: {
      source: { bucket: SOURCE },
      topicArn: `arn:aws:sns:us-east-1:${ACCOUNT}:${SOURCE}-fanout`,
      withinSeconds: 300,
    },
    ...differently,
  };
}

const metricsOf = (destination: string) =>
  puts.filter((put) => put.destination === destination).map(({ metrics }) => metrics);

describe('runCanary()', () => {
  it('puts one canary, and tells of each destination when it arrived', async () => {
    shown = { 'photos-eu': after(2), 'photos-dr': after(20) };
    await runCanary(world());
    expect(canaries).toEqual([{ stamp: '2026-11-21T01:00:00.000Z/80000000', etag: expect.any(String) }]);
    expect(metricsOf('photos-eu')).toEqual([{ CanaryArrived: 1, CanaryDelay: expect.any(Number) }]);
    const [there] = metricsOf('photos-dr');
    expect(there?.CanaryDelay).toBeGreaterThanOrEqual(20_000);
    expect(there?.CanaryDelay).toBeLessThanOrEqual(30_000);
    // At the time of the canary, so that an alarm finds one in every window, however long the destination took.
    expect(puts.map(({ at }) => at)).toEqual([NIGHT, NIGHT]);
  });

  it('tells of one that does not come in time, with the reason, and of the others as they are', async () => {
    shown = { 'photos-dr': ({ etag }) => ({ etag, inMetadata: '2026-11-20', inTags: undefined }) };
    await runCanary(world());
    expect(metricsOf('photos-dr')).toEqual([{ CanaryArrived: 0 }]);
    expect(metricsOf('photos-eu')).toEqual([{ CanaryArrived: 1, CanaryDelay: expect.any(Number) }]);
    expect(lines).toContainEqual({
      message: 'not arrived',
      about: expect.objectContaining({ destination: 'photos-dr', why: 'an older one is there' }),
    });
    expect(now - NIGHT).toBe(300_000);
  });

  it('does not count one that comes after its time', async () => {
    shown = { 'photos-eu': after(300.1) };
    subscriptions = [subscriptionOf('photos-eu')];
    await runCanary(world());
    expect(metricsOf('photos-eu')).toEqual([{ CanaryArrived: 0 }]);
  });

  it('looks again where it could not look, and says why it could not', async () => {
    let looks = 0;
    shown = {
      'photos-eu': (canary) => {
        looks++;
        if (looks < 4) throw new Error('SlowDown');
        return asPut(canary);
      },
      'photos-dr': () => {
        throw new Error('AccessDenied');
      },
    };
    await runCanary(world());
    expect(metricsOf('photos-eu')).toEqual([{ CanaryArrived: 1, CanaryDelay: expect.any(Number) }]);
    expect(metricsOf('photos-dr')).toEqual([{ CanaryArrived: 0 }]);
    expect(lines).toContainEqual({
      message: 'not arrived',
      about: expect.objectContaining({ why: 'it cannot be looked at: AccessDenied' }),
    });
  });

  it('fails, and tells of nothing, if the source does not take it', async () => {
    const put = async () => {
      throw new Error('AccessDenied: kms:GenerateDataKey');
    };
    await expect(runCanary(world({ put }))).rejects.toThrow('kms:GenerateDataKey');
    expect(puts).toEqual([]);
  });

  it('fails without destinations, and puts no canary', async () => {
    subscriptions = [];
    await expect(runCanary(world())).rejects.toThrow('No destination is subscribed');
    expect(canaries).toEqual([]);
  });

  it('fails if a metric cannot be put, after all others are', async () => {
    const observe: World['observe'] = (destination) => ({
      ...world().observe(destination),
      ...(destination.bucket === 'photos-dr' && { putMetrics: () => Promise.reject(new Error('denied')) }),
    });
    await expect(runCanary(world({ observe }))).rejects.toThrow('Cannot tell of the canary: Error: denied');
    expect(metricsOf('photos-eu')).toHaveLength(1);
  });

  it('says of a subscription that is not confirmed, and goes on with the others', async () => {
    subscriptions.push({ ...subscriptionOf('photos-new'), arn: 'PendingConfirmation' });
    await runCanary(world());
    expect(puts).toHaveLength(2);
    expect(JSON.stringify(lines)).toContain('is not confirmed');
  });
});
