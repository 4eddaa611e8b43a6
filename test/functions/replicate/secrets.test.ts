import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { created, startRig } from '../../support/replicate-rig.ts';
import type { Rig } from '../../support/replicate-rig.ts';

const SECRETS = {
  AWS_ACCESS_KEY_ID: 'AKIAAPUBLICHALF',
  AWS_SECRET_ACCESS_KEY: 'TheSecretHalf',
  AWS_SESSION_TOKEN: 'TheSessionToken',
};

let rig: Rig;
beforeEach(async () => {
  rig = await startRig();
  for (const [name, value] of Object.entries(SECRETS)) vi.stubEnv(name, value);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rig.s3.close();
});

it('the requests bear the secrets that the log must not', async () => {
  await rig.invoke(created('k', rig.put('k', 'hello').etag));
  const [request] = rig.s3.requests.all;
  expect(request?.headers['authorization']).toContain(SECRETS.AWS_ACCESS_KEY_ID);
  expect(request?.headers['x-amz-security-token']).toBe(SECRETS.AWS_SESSION_TOKEN);
});

it.each(['403 AccessDenied', '500 InternalError', '400 BadRequest', 'reset'] as const)(
  'the log of a request that fails with %s has no credentials and no signature',
  async (fault) => {
    rig.put('k', 'hello');
    rig.s3.faults.add({ match: { key: 'k' }, times: 'always', fault });
    // Nobody answers the other services.
    for (const service of ['DYNAMODB', 'SQS']) vi.stubEnv(`AWS_ENDPOINT_URL_${service}`, 'http://127.0.0.1:1');
    vi.stubEnv('LEDGER_TABLE', 'photos-eu-ledger');
    vi.stubEnv('INBOX_URL', 'http://127.0.0.1:1/inbox');
    vi.stubEnv('FAILED_QUEUE_URL', 'http://127.0.0.1:1/failed');
    vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'DEBUG');
    const { output, lines } = await rig.invoke(created('k'), 'no JSON');
    expect(lines).toContainEqual(expect.objectContaining({ key: 'k', outcome: 'failed', error: expect.anything() }));
    expect(lines).toContainEqual(expect.objectContaining({ message: 'inbox refused' }));
    expect(lines).toContainEqual(expect.objectContaining({ message: 'ledger failed' }));
    for (const secret of Object.values(SECRETS)) expect(output).not.toContain(secret);
    expect(output).not.toMatch(/signature|security-token|AWS4-HMAC/i);
  },
);
