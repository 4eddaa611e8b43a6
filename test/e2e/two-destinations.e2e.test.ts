import { beforeAll, describe } from 'vitest';
import { prepare } from '../../local/deploy.ts';
import { deploy, deploymentOf } from './emulator.ts';

// One after another in one system, which takes longer to deploy than most of them take.
beforeAll(async () => {
  const deployment = await deploymentOf('test/e2e/two-destinations/two-destinations.config.ts');
  await prepare(deployment);
  await deploy(deployment);
});

describe('the contract of a bucket', async () => void (await import('./two-destinations/bucket-contract.ts')));
describe('replication', async () => void (await import('./two-destinations/replication.ts')));
describe('overwrites', async () => void (await import('./two-destinations/overwrites.ts')));
describe('removals', async () => void (await import('./two-destinations/removals.ts')));
describe('a burst', async () => void (await import('./two-destinations/burst.ts')));
describe('a pause', async () => void (await import('./two-destinations/pause.ts')));
describe('exact replicas', async () => void (await import('./two-destinations/exact-replicas.ts')));
describe('long copies', async () => void (await import('./two-destinations/long-copy.ts')));
describe('the ledger', async () => void (await import('./two-destinations/ledger.ts')));
describe('a third destination', async () => void (await import('./two-destinations/third-destination.ts')));
