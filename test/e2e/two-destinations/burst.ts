import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { subscriberName } from '../../../shared/names.ts';
import { emulator } from '../emulator.ts';
import { arrived, comparison, destinations, put, text } from '../system.ts';
import { concurrency } from './two-destinations.config.ts';

it('a burst of 2,000 puts is copied whole, by no more functions at a time than allowed', async () => {
  const objects = Array.from({ length: 2_000 }, (_, n) => text(`burst/${n}`, `burst ${n}`));
  const watch = watchWorkers();
  await arrived(await put(objects));
  const most = watch.end();

  for (const destination of destinations) {
    const { equal, missing, different, extra } = await comparison(destination, (key) => key.startsWith('burst/'));
    expect({ equal: equal.length, missing, different, extra }).toEqual({
      equal: 2_000,
      missing: [],
      different: [],
      extra: [],
    });
    expect(most.get(destination.bucket)).toBeGreaterThan(0);
    expect(most.get(destination.bucket)).toBeLessThanOrEqual(concurrency);
  }
});

/** The emulator keeps a folder for every process that runs a function: the most there were at one look, by bucket. */
function watchWorkers(): { end(): ReadonlyMap<string, number> } {
  const { folder } = emulator;
  const most = new Map<string, number>();
  const watch = setInterval(() => {
    const names = readdirSync(folder);
    for (const { bucket } of destinations) {
      // Not those of `<destination>-backfill`.
      const worker = new RegExp(`^ministack-lambda-${subscriberName(bucket)}-[^-]+$`);
      const workers = names.filter((name) => worker.test(name)).length;
      most.set(bucket, Math.max(workers, most.get(bucket) ?? 0));
    }
  }, 100);
  return {
    end() {
      clearInterval(watch);
      return most;
    },
  };
}
