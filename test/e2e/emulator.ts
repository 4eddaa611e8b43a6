import { basename } from 'node:path';
import { afterAll, expect } from 'vitest';
import { readConfiguration } from '../../local/configuration.ts';
import { synthesize } from '../../local/cdk.ts';
import { decisionsOf, denials } from '../../local/decisions.ts';
import { deployReconciles, deployReplication, type Deployment } from '../../local/deploy.ts';
import { startEmulator } from '../../local/emulator.ts';
import { LONGEST_SECONDS } from './longest-seconds.ts';

const file = basename(expect.getState().testPath ?? 'test', '.e2e.test.ts');

/** An AWS for this file of tests alone, so that files run beside each other. */
export const emulator = await startEmulator({ account: '000000000000', port: undefined, name: `e2e-${file}` });
afterAll(async () => {
  try {
    await expectNoDenials();
  } finally {
    await emulator.stop();
  }
});

/** What IAM refused to a role fails the file, unless a test says beforehand that it wants it: `role` matches the beginning of the role's name. */
export function expectDenial(wanted: { readonly role: string; readonly action: string }): void {
  expected.push(wanted);
}

const expected: { readonly role: string; readonly action: string }[] = [];

async function expectNoDenials(): Promise<void> {
  const unwanted = (await decisionsOf(emulator)).filter(
    ({ role, action }) => !expected.some((wanted) => role.startsWith(wanted.role) && action === wanted.action),
  );
  expect(denials(unwanted), 'what IAM denied, and no test wanted').toEqual([]);
}

/** What a configuration asks for, with its stacks made, to be deployed here. */
export async function deploymentOf(config: string): Promise<Deployment> {
  const { replicators } = await readConfiguration(config);
  return synthesize({ emulator, replicators, config, limitSeconds: LONGEST_SECONDS });
}

/** Deploys all stacks but those of restores, which only their own tests need. */
export async function deploy(deployment: Deployment): Promise<void> {
  await deployReplication(deployment);
  await deployReconciles(deployment);
}
