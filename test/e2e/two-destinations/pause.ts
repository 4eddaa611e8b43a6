import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { cleanEnvironment } from '../../../local/clean-environment.ts';
import { listBucket } from '../../../local/listing.ts';
import { projectFolder } from '../../../local/project-folder.ts';
import { failedQueueName, subscriberName } from '../../../shared/names.ts';
import { emulator } from '../emulator.ts';
import { messagesIn, purge, tagsOf } from '../queues.ts';
import { access, arrived, comparison, put, text } from '../system.ts';
import * as config from './two-destinations.config.ts';

const [paused, other] = config.destinations;
const inbox = { name: subscriberName(paused.bucket), region: paused.region };

afterAll(() => command('resume'));

it('what is put while a destination is paused waits in its inbox, and all of it arrives when it is resumed', async () => {
  await purge(inbox);
  await purge({ name: failedQueueName(paused.bucket), region: paused.region });
  await expect.poll(() => messagesIn(inbox)).toMatchObject({ all: 0 });
  expect(await command('pause')).toContain(`npm run resume -- ${paused.bucket}`);
  expect(await tagsOf(inbox)).toMatchObject({ 'fanout-paused': expect.stringMatching(/^\d{4}-.*Z$/) });

  const puts = await put(Array.from({ length: 100 }, (_, n) => text(`pause/${n}`, `pause ${n}`)));
  await arrived(puts, [access(other)]);
  await expect.poll(() => messagesIn(inbox)).toEqual({ ready: 100, received: 0, all: 100 });
  expect([...(await listBucket(access(paused))).keys()].filter(isPut)).toEqual([]);

  expect(await command('resume')).toContain(`${paused.bucket} is being brought up to date`);
  expect(await tagsOf(inbox)).not.toHaveProperty('fanout-paused');
  await arrived(puts, [access(paused)]);
  await expect.poll(() => messagesIn(inbox)).toMatchObject({ all: 0 });
  expect(await messagesIn({ name: failedQueueName(paused.bucket), region: paused.region })).toMatchObject({ all: 0 });
  const { equal, missing, different, extra } = await comparison(access(paused), isPut);
  expect({ equal: equal.length, missing, different, extra }).toEqual({
    equal: 100,
    missing: [],
    different: [],
    extra: [],
  });
});

function isPut(key: string): boolean {
  return key.startsWith('pause/');
}

/** As `npm run pause -- <destination>` does, on the emulator. */
async function command(name: 'pause' | 'resume'): Promise<string> {
  const args = ['cli/main.ts', name, paused.bucket, '--config', 'test/e2e/two-destinations/two-destinations.config.ts'];
  const env = cleanEnvironment(emulator.environment);
  const { stdout } = await promisify(execFile)('node', args, { cwd: projectFolder, env });
  return stdout;
}
