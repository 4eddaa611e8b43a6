import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { awsEnvironment } from '../../local/aws-environment.ts';
import { cdk } from '../../local/cdk.ts';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'cdk-'))));
afterAll(async () => rm(folder, { recursive: true, force: true }));

const emulator = () => ({ name: 'test', environment: awsEnvironment('http://127.0.0.1:9', '000000000000'), folder });

it('cdk() tells why a call failed, and where its output is', async () => {
  await expect(cdk(['list'], { emulator: emulator(), config: 'absent.config.ts' })).rejects.toThrow(
    /^cdk list failed:\n\n {2}absent\.config\.ts: .*[^]*the whole output is in .*test-cdk-list\.log$/,
  );
});

it('cdk() ends a call that takes too long', async () => {
  await expect(
    cdk(['list'], { emulator: emulator(), config: 'replicator.config.ts', limitSeconds: 0.2 }),
  ).rejects.toThrow('cdk list got no further for 0.2 s and was ended');
});
