import { expect, it } from 'vitest';
import { attachSubscriptions } from '../../../local/subscriptions.ts';
import { cdk } from '../../../local/cdk.ts';
import { runsOf } from '../../../local/runs.ts';
import { destinationStackName } from '../../../shared/names.ts';
import { emulator } from '../emulator.ts';
import { access, arrived, comparison, destinations, put, text } from '../system.ts';
import { third } from './three-destinations.config.ts';
import { source } from './two-destinations.config.ts';

it('a third destination, deployed beside the others by its stack alone, gets what is put from then on', async () => {
  await cdk(['deploy', destinationStackName(third.bucket), '--exclusively', '--require-approval', 'never'], {
    emulator,
    config: 'test/e2e/two-destinations/three-destinations.config.ts',
  });
  await attachSubscriptions(emulator);
  const inputs = (await runsOf(emulator, source).executions()).map(({ input }) => input);
  expect(inputs.filter((input) => input.includes(third.bucket))).toEqual([
    JSON.stringify({ trigger: 'deploy', destination: third.bucket }),
  ]);

  const all = [...destinations, access(third)];
  await arrived(await put(Array.from({ length: 100 }, (_, n) => text(`third/${n}`, `third ${n}`))), all);
  for (const destination of all) {
    expect(await comparison(destination, (key) => key.startsWith('third/'))).toMatchObject({
      missing: [],
      different: [],
      extra: [],
    });
  }
});
