import { CopyObjectCommand } from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { createHttpSchedule } from './http-schedule.ts';
import { putObject } from './put-object.ts';
import { failureOf, startWorld } from './test-world.ts';

test('over HTTP, too, the same seed gives the same order, and other seeds give others', async () => {
  const seen = new Map<string, number>();
  for (let seed = 0; seed < 20; seed += 1) {
    const first = await race(seed);
    expect(await race(seed)).toEqual(first);
    const result = first.answers.join(', ');
    seen.set(result, (seen.get(result) ?? 0) + 1);
  }
  expect(seen.size).toBeGreaterThan(1);
});

/** Two copies of one key race, each on condition that there is none; the source changes at some time. */
async function race(seed: number): Promise<{ answers: readonly string[]; trace: readonly string[] }> {
  const schedule = createHttpSchedule(seed);
  const { store, client } = await startWorld({ simulator: { onStep: schedule.onStep } });
  schedule.follow(client);
  const { etag } = putObject(store, { bucket: 'source', key: 'k', content: 'a' });
  const condition = { IfNoneMatch: '*', CopySourceIfMatch: etag };
  const answers: string[] = [];
  for (const name of ['one', 'two']) {
    schedule.spawn(name, async () => {
      const copy = client.send(
        new CopyObjectCommand({ Bucket: 'replica', Key: 'k', CopySource: 'source/k', ...condition }),
      );
      answers.push(`${name}: ${await failureOf(copy)}`);
    });
  }
  schedule.spawn('writer', async (task) => {
    await task.step('write');
    putObject(store, { bucket: 'source', key: 'k', content: 'b' });
  });
  await schedule.run();
  return { answers, trace: schedule.trace() };
}
