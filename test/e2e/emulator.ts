import { basename } from 'node:path';
import { afterAll, expect } from 'vitest';
import { readConfiguration } from '../../local/configuration.ts';
import { synthesize } from '../../local/cdk.ts';
import { deployReconciles, deployReplication, type Deployment } from '../../local/deploy.ts';
import { startEmulator } from '../../local/emulator.ts';

const file = basename(expect.getState().testPath ?? 'test', '.e2e.test.ts');

/** An AWS for this file of tests alone, so that files run beside each other. */
export const emulator = await startEmulator({ account: '000000000000', port: undefined, name: `e2e-${file}` });
afterAll(() => emulator.stop());

/** What a configuration asks for, with its stacks made, to be deployed here. */
export async function deploymentOf(config: string): Promise<Deployment> {
  const { replicators } = await readConfiguration(config);
  return synthesize({ emulator, replicators, config });
}

/** Deploys all stacks but those of restores, which only their own tests need. */
export async function deploy(deployment: Deployment): Promise<void> {
  await deployReplication(deployment);
  await deployReconciles(deployment);
}
