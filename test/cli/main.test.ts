import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Without credentials, and without a network to look for some. */
function run(...args: string[]) {
  const env = { PATH: process.env['PATH'], AWS_EC2_METADATA_DISABLED: 'true', HOME: '/nonexistent' };
  return spawnSync(process.execPath, ['cli/main.ts', ...args], { cwd: root, env, encoding: 'utf8' });
}

it.each([
  [['pause'], /missing required argument 'destination'/],
  [['pause', 'a', 'b'], /too many arguments/],
  [['resume', 'photos-eu', '--sideways'], /unknown option '--sideways'/],
  [['dance'], /unknown command 'dance'/],
  [['pause', 'photos-eu'], /Cannot tell the AWS account: .*; log in, or set AWS_PROFILE/],
])('%j gets one clear message and the exit code 1', (args, message) => {
  const { status, stderr } = run(...args);
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(status).toBe(1);
});

it.each([
  [2, ['reconcile', 'photos'], /too many arguments/],
  [2, ['reconcile', '--sideways'], /unknown option '--sideways'/],
  [2, ['reconcile', '--prefix', ''], /leave it out for all keys/],
  [2, ['reconcile', '--event-minutes', 'soon'], /Write a number that is not negative/],
  [2, ['reconcile', '--follow', '--estimate'], /cannot be used with/],
  [2, ['history'], /required option '--key <key>' not specified/],
  [2, ['history', '--key', ''], /a key has at least one character/],
  [1, ['history', '--key', 'k'], /Cannot tell the AWS account: .*; log in, or set AWS_PROFILE/],
  [1, ['reconcile'], /Cannot tell the AWS account: .*; log in, or set AWS_PROFILE/],
  [1, ['reconcile', '--config', 'nowhere.ts'], /./],
  [2, ['status', 'photos'], /too many arguments/],
  [2, ['status', '--sideways'], /unknown option '--sideways'/],
  [2, ['status', '--key', ''], /a key has at least one character/],
  [2, ['status', '--key', 'k', '--failed'], /cannot be used with/],
  [2, ['status', '--failed', '--limit', '0'], /Write a whole number from 1 on/],
  [1, ['status'], /Cannot tell the AWS account: .*; log in, or set AWS_PROFILE/],
  [2, ['retry'], /Say what to try again: --key <key>, or --failed/],
  [2, ['retry', '--key', 'k', '--failed'], /cannot be used with/],
  [1, ['retry', '--failed'], /Cannot tell the AWS account: .*; log in, or set AWS_PROFILE/],
])('ends with %d after %j, with one clear message', (exitCode, args, message) => {
  const { status, stderr } = run(...args);
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(status).toBe(exitCode);
});

it.each([
  ['reconcile', /Exit codes: 0 equal, or all repaired; 3 differences remain/],
  ['status', /Exit codes: 0 all is well; 3 something is wrong, or could not be read/],
  ['retry', /Exit codes: 0 done; 3 messages stay/],
])('%s tells the exit codes when asked for help', (command, codes) => {
  const { status, stdout } = run(command, '--help');
  expect(stdout).toMatch(codes);
  expect(status).toBe(0);
});
