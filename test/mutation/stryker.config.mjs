import process from 'node:process';

const { MUTATED_FILE: file = '', MUTATION_REPORTS: reports } = process.env;

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  mutate: [file],
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'test/mutation/vitest.config.ts' },
  coverageAnalysis: 'perTest',
  concurrency: 1,
  // What a mutant takes beyond that of its tests, as on a busy machine.
  timeoutMS: 600_000,
  dryRunTimeoutMinutes: 60,
  ignorePatterns: ['/*', '!/functions', '!/infra', '!/cli', '!/local', '!/shared', '!/test', '!/package.json'],
  tempDirName: `${reports}/sandboxes`,
  reporters: ['clear-text', 'html', 'json'],
  clearTextReporter: { allowColor: false, reportTests: false, logTests: false },
  htmlReporter: { fileName: `${reports}/report.html` },
  jsonReporter: { fileName: `${reports}/report.json` },
};
