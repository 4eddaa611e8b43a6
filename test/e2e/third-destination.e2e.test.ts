import { DescribeExecutionCommand, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { expect, inject, it } from 'vitest';
import { attachSubscriptions } from '../../local/subscriptions.ts';
import { cdk } from '../../local/cdk.ts';
import { destinationStackName, reconcileName } from '../../shared/names.ts';
import { access, arrived, comparison, destinations, put, text } from './system.ts';
import { third } from './three-destinations.config.ts';
import { source } from './two-destinations.config.ts';

it('a third destination, deployed beside the others by its stack alone, gets what is put from then on', async () => {
  const emulator = inject('emulator');
  await cdk(['deploy', destinationStackName(third.bucket), '--exclusively', '--require-approval', 'never'], {
    emulator,
    config: 'test/e2e/three-destinations.config.ts',
  });
  await attachSubscriptions(emulator);
  expect((await runs()).filter((input) => input.includes(third.bucket))).toEqual([
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

/** The inputs of all runs of the reconcile. */
async function runs(): Promise<readonly string[]> {
  const { endpoint, account } = inject('emulator');
  const { region } = source;
  const sfn = new SFNClient({ endpoint, region, credentials: { accessKeyId: account, secretAccessKey: 'test' } });
  const stateMachineArn = `arn:aws:states:${region}:${account}:stateMachine:${reconcileName(source.bucket)}`;
  const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn }));
  const all = executions.map(({ executionArn }) => sfn.send(new DescribeExecutionCommand({ executionArn })));
  return (await Promise.all(all)).map(({ input }) => input ?? '');
}
