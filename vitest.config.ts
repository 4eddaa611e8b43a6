import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The longest files decide when all are done, so they begin first. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLongest = ({ moduleId }: TestSpecification) => LONGEST.test(moduleId);
    // oxlint-disable-next-line unicorn/no-array-sort -- not an array's
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => Number(isLongest(other)) - Number(isLongest(one)));
  }
}

const LONGEST = /\/(?:two-destinations\.e2e|reconcile\.e2e|long-interleavings)\.test\.ts$/;

const MINUTE = 60_000;

export default defineConfig({
  test: {
    reporters: ['default', './test/support/tally-reporter.ts'],
    sequence: { sequencer: LongestFirst },
    // More than there may be cores: end-to-end tests, which begin first, mostly wait for the emulator.
    maxWorkers: 3,
    // Against hanging alone: a test fails for what it sees. On a busy machine everything takes twenty times as long.
    testTimeout: 60 * MINUTE,
    hookTimeout: 60 * MINUTE,
    expect: { poll: { timeout: 20 * MINUTE } },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**'],
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/*.e2e.test.ts'],
          expect: { poll: { interval: 250 } },
        },
      },
    ],
  },
});
