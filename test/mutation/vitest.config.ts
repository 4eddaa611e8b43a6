import process from 'node:process';
import { defineConfig } from 'vitest/config';
import { nearTests } from './near-tests.ts';

const HOUR = 3_600_000;

/** For Stryker alone, which starts it in a copy of this repository. */
export default defineConfig({
  test: {
    include: nearTests(process.env['MUTATED_FILE'] ?? ''),
    testTimeout: HOUR,
    hookTimeout: HOUR,
  },
});
