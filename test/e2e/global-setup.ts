import type { TestProject } from 'vitest/node';
import { readConfiguration } from '../../local/configuration.ts';
import { deploy, prepare } from '../../local/deploy.ts';
import { startEmulator, type Emulator } from '../../local/emulator.ts';

/** One emulator for all end-to-end tests, with the real stacks deployed into it once. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const config = 'test/e2e/two-destinations.config.ts';
  const { replicators, account } = await readConfiguration(config);
  const emulator = await startEmulator({ account, port: undefined, name: 'e2e' });
  try {
    const deployment = { emulator, replicators, config };
    await prepare(deployment);
    await deploy(deployment);
  } catch (error) {
    await emulator.stop();
    throw error;
  }
  const { name, endpoint, environment, folder } = emulator;
  project.provide('emulator', { name, endpoint, account, environment, folder });
  return () => emulator.stop();
}

declare module 'vitest' {
  interface ProvidedContext {
    emulator: Pick<Emulator, 'name' | 'endpoint' | 'account' | 'environment' | 'folder'>;
  }
}
