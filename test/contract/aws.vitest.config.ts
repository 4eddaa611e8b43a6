import { defineConfig } from 'vitest/config';

/** For `npm run test:aws`: never part of `npm test`, since it needs an account and the network. */
export default defineConfig({
  test: { include: ['test/contract/aws.contract.ts'], testTimeout: 60_000, hookTimeout: 120_000 },
});
