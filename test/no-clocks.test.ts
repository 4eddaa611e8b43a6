import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

/**
 * A test fails for what it sees, not for the clock: on a busy machine everything takes twenty times as long. What is waited for is waited for
 * until it is there (`expect.poll`), limits guard against hanging alone and stand in vitest.config.ts, and no test sleeps for luck.
 */
const CLOCKS = {
  'a time limit of its own': /\btimeout: [\d_]+|\b(?:test|hook)Timeout\b|^ *\}, [\d_]{4,}\);/,
  'a limit of a signal': /AbortSignal\.timeout\(/,
  'a sleep': /(?<![.\w])(?:setTimeout|pause|delay)\((?!.*\{(?:\},)?$)/,
  'a poll with patience of its own': /vi\.waitFor|vi\.waitUntil|\.poll\(.*, (?:\w*(?:PATIENCE|patience)|\{ )/,
  'the limit of a waiter': /maxWaitTime: \d/,
  'a property test by the clock': /interruptAfterTimeLimit|\btimeLimit\b/,
  'an upper bound of time':
    /(?:Date|performance)\.now\(\).*(?:toBeLess|(?<![=-])[<>])|(?:toBeLess|(?<![=-])[<>]) ?.*(?:Date|performance)\.now\(\)/,
} as const;

/** Each with why its outcome does not depend on how fast the machine is. */
const ALLOWED: readonly { readonly file: string; readonly line: string; readonly why: string }[] = [
  {
    file: 'test/support/s3-simulator/http-schedule.ts',
    line: 'if (performance.now() > deadline)',
    why: 'a guard against hanging, which names the seed',
  },
  {
    file: 'test/contract/bucket-contract.ts',
    line: 'expect(state?.lastModified.getTime()).toBeLessThan(Date.now() + 120_000);',
    why: 'a slow machine moves the bound with it',
  },
  {
    file: 'test/mutation/vitest.config.ts',
    line: 'testTimeout: HOUR,',
    why: 'guards against hanging alone: what takes too long would count as a mutant that was found',
  },
  {
    file: 'test/mutation/vitest.config.ts',
    line: 'hookTimeout: HOUR,',
    why: 'guards against hanging alone: what takes too long would count as a mutant that was found',
  },
  {
    file: 'test/local/setup.test.ts',
    line: 'while ((await calls()).length === 0) await pause(20);',
    why: 'looks until it is there',
  },
  {
    file: 'test/e2e/restore.e2e.test.ts',
    line: 'await setTimeout(1100);',
    why: 'S3 tells whole seconds: what comes next must be in another one, and may be later',
  },
];

const root = join(import.meta.dirname, '..');

const found = globSync('test/**/*.ts', { cwd: root })
  .filter((file) => file !== 'test/no-clocks.test.ts' && !file.startsWith('test/contract/aws.'))
  .flatMap((file) =>
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      .flatMap((line) =>
        Object.entries(CLOCKS)
          .filter(([, pattern]) => pattern.test(line))
          .map(([what]) => ({ file, line: line.trim(), what })),
      ),
  );

it('no test depends on a clock', () => {
  const isAllowed = ({ file, line }: { readonly file: string; readonly line: string }) =>
    ALLOWED.some((allowed) => allowed.file === file && allowed.line === line);
  expect(found.filter((each) => !isAllowed(each))).toEqual([]);
});

it('what is allowed is there', () => {
  expect(ALLOWED.filter(({ file, line }) => !found.some((each) => each.file === file && each.line === line))).toEqual(
    [],
  );
});

describe('it finds', () => {
  it.each([
    ['a time limit of its own', "it('is slow', { timeout: 60_000 }, async () => {"],
    ['a time limit of its own', '}, 120_000);'],
    ['a time limit of its own', 'vi.setConfig({ testTimeout: 30_000 });'],
    ['a limit of a signal', 'const signal = AbortSignal.timeout(10_000);'],
    ['a sleep', 'await setTimeout(1100);'],
    ['a sleep', 'await pause(20);'],
    ['a poll with patience of its own', 'await expect.poll(() => messagesIn(inbox), PATIENCE).toEqual(0);'],
    ['a poll with patience of its own', 'await vi.waitFor(async () => {'],
    ['the limit of a waiter', '{ client, minDelay: 1, maxDelay: 1, maxWaitTime: 60 },'],
    ['a property test by the clock', 'fc.assert(property, { interruptAfterTimeLimit: 5_000 });'],
    ['an upper bound of time', 'expect(Date.now() - began).toBeLessThan(5_000);'],
    ['an upper bound of time', 'if (performance.now() > deadline) throw new Error();'],
  ] as const)('%s: %s', (what, line) => {
    expect(CLOCKS[what].test(line)).toBe(true);
  });

  it.each([
    'await expect.poll(said).toBe(1);',
    'const at = new Date(Date.now() - 60_000);',
    'const now = () => Date.now();',
  ])('nothing in %s', (line) => {
    expect(Object.values(CLOCKS).some((pattern) => pattern.test(line))).toBe(false);
  });
});
