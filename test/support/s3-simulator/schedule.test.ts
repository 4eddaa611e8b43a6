import { describe, expect, test } from 'vitest';
import { createSchedule, type Schedule, type Task } from './schedule.ts';

describe('a schedule', () => {
  test('takes the same steps for the same seed, and others for another one', async () => {
    const traces = await Promise.all([1, 1, 2].map(async (seed) => (await racing(seed)).trace()));
    expect(traces[0]).toEqual(traces[1]);
    expect(traces[0]).not.toEqual(traces[2]);
  });

  test('finds every order', async () => {
    const orders = new Set<string>();
    for (let seed = 0; seed < 200; seed += 1) {
      const order: string[] = [];
      const schedule = createSchedule({ seed });
      for (const name of ['a', 'b', 'c']) schedule.spawn(name, () => Promise.resolve(order.push(name)));
      await schedule.run();
      orders.add(order.join(''));
    }
    expect(orders.size).toBe(6);
  });

  test('lets time pass only when nobody can go on', async () => {
    const schedule = createSchedule({ seed: 1, start: 1000 });
    const seen: [string, number][] = [];
    const sleeper = (name: string, milliseconds: number): void =>
      schedule.spawn(name, async (task) => {
        await task.sleep(milliseconds);
        seen.push([name, schedule.now()]);
      });
    sleeper('hour', 3_600_000);
    sleeper('second', 1000);
    schedule.spawn('worker', async (task) => {
      for (let count = 0; count < 10; count += 1) await task.step('work');
      seen.push(['worker', schedule.now()]);
    });
    await schedule.run();
    expect(seen).toEqual([
      ['worker', 1000],
      ['second', 2000],
      ['hour', 3_601_000],
    ]);
  });

  test('a task that is killed stays where it stands, one that it asked for goes on', async () => {
    const schedule = createSchedule({ seed: 1 });
    const seen: string[] = [];
    schedule.spawn('worker', async (task) => {
      const request = schedule.fork('request', async (own) => {
        await own.sleep(10);
        seen.push('request landed');
      });
      await request;
      await task.step('answer');
      seen.push('worker went on');
    });
    schedule.spawn('crash', async (task) => {
      await task.sleep(5);
      schedule.kill('worker');
    });
    await schedule.run();
    expect(seen).toEqual(['request landed']);
  });

  test('tells the seed and the steps when a task fails', async () => {
    const schedule = createSchedule({ seed: 42 });
    schedule.spawn('worker', async (task) => {
      await task.step('look');
      throw new RangeError('broken');
    });
    await expect(schedule.run()).rejects.toThrow(/broken\nseed 42\n0 ms {2}worker: start\n0 ms {2}worker: look/);
  });

  test('tells when nobody can go on', async () => {
    const schedule = createSchedule({ seed: 1 });
    schedule.spawn('worker', async (task) => {
      await task.step('wait for nothing');
      await new Promise(() => undefined);
    });
    await expect(schedule.run()).rejects.toThrow('Nothing can go on: worker at wait for nothing');
  });

  test('the failure of a fork is for who asked', async () => {
    const schedule = createSchedule({ seed: 1 });
    let caught: unknown;
    schedule.spawn('worker', async () => {
      const failing = schedule.fork('request', () => Promise.reject(new RangeError('no')));
      caught = await failing.catch((error: unknown) => error);
    });
    await schedule.run();
    expect(caught).toBeInstanceOf(RangeError);
  });
});

async function racing(seed: number): Promise<Schedule> {
  const schedule = createSchedule({ seed });
  const work = async (task: Task): Promise<void> => {
    for (let count = 0; count < 5; count += 1) await task.step(`step ${count}`);
  };
  for (const name of ['a', 'b', 'c']) schedule.spawn(name, work);
  await schedule.run();
  return schedule;
}
