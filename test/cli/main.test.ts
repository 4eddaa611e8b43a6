import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** Without credentials, and without a network to look for some. */
const env = { PATH: process.env['PATH'], AWS_EC2_METADATA_DISABLED: 'true', HOME: '/nonexistent' };

function run(...args: string[]) {
  return spawnSync(process.execPath, ['cli/main.ts', ...args], { cwd: root, env, encoding: 'utf8' });
}

const COMMANDS = ['pause', 'resume', 'reconcile', 'restore', 'status', 'retry', 'history'] as const;
/** What each needs to be understood. */
const ENOUGH: Readonly<Record<(typeof COMMANDS)[number], readonly string[]>> = {
  pause: ['photos-eu'],
  resume: ['photos-eu'],
  reconcile: [],
  restore: ['--from', 'photos-eu', '--to-source'],
  status: [],
  retry: ['--failed'],
  history: ['--key', 'k'],
};

describe('wrong usage ends with 2, whatever the command', () => {
  it.each(
    COMMANDS.flatMap(
      (command) =>
        [
          [[command, ...ENOUGH[command], 'too', 'many'], /too many arguments/],
          [[command, ...ENOUGH[command], '--sideways'], /unknown option '--sideways'/],
          [[command, ...ENOUGH[command], '--config'], /argument missing/],
          [[command, ...ENOUGH[command], '--config', 'nowhere.ts'], /There is no configuration "nowhere.ts"/],
        ] as const,
    ),
  )('%j', (args, message) => {
    expect(run(...args)).toMatchObject({ status: 2, stdout: '', stderr: expect.stringMatching(message) });
  });

  it.each([
    [[], /Usage: npm run/],
    [['dance'], /unknown command 'dance'/],
    [['statsu'], /Did you mean status\?/],
    [['pause'], /missing required argument 'destination'/],
    [['resume'], /missing required argument 'destination'/],
    [['reconcile', '--prefix', ''], /leave it out for all keys/],
    [['reconcile', '--event-minutes', 'soon'], /Write a number that is not negative/],
    [['reconcile', '--follow', '--estimate'], /cannot be used with/],
    [['history'], /required option '--key <key>' not specified/],
    [['history', '--key', ''], /a key has at least one character/],
    [['status', '--key', ''], /a key has at least one character/],
    [['status', '--key', 'k', '--failed'], /cannot be used with/],
    [['status', '--limit', '5'], /--limit says how many objects --failed lists/],
    [['status', '--failed', '--limit', '0'], /Write a whole number from 1 on/],
    [['retry'], /Say what to try again: --key <key>, or --failed/],
    [['retry', '--key', 'k', '--failed'], /cannot be used with/],
    [['restore'], /Say with --from which destination is restored from/],
    [['restore', '--rehearse', '--key', 'k'], /cannot be used with/],
    [['restore', '--existing', 'perhaps'], /Allowed choices are skip, replace/],
    [
      ['restore', '--from', 'photos-eu', '--to-source', '--keys-file', 'nowhere.txt'],
      /Cannot read the keys in "nowhere.txt"/,
    ],
  ])('%j', (args, message) => {
    expect(run(...args)).toMatchObject({ status: 2, stdout: '', stderr: expect.stringMatching(message) });
  });
});

it.each(COMMANDS)(
  '%s without credentials ends with 1, one clear message, and nothing on standard output',
  (command) => {
    const { status, stderr, stdout } = run(command, ...ENOUGH[command]);
    expect(stderr).toBe('Cannot tell the AWS account: there are no AWS credentials; log in, or set AWS_PROFILE\n');
    expect(stdout).toBe('');
    expect(status).toBe(1);
  },
);

it.each([
  ['reconcile', /Exit codes: 0 equal, or all repaired; 3 differences remain/],
  ['status', /Exit codes: 0 all is well; 3 something is wrong, or could not be read/],
  ['retry', /Exit codes: 0 done; 3 messages stay/],
])('%s tells the exit codes when asked for help', (command, codes) => {
  const { status, stdout } = run(command, '--help');
  expect(stdout).toMatch(codes);
  expect(status).toBe(0);
});

it.each(['reconcile', 'restore', 'status', 'history'])('%s tells how to pipe its JSON', (command) => {
  expect(run(command, '--help').stdout.replaceAll(/\s+/g, ' ')).toContain('npm run --silent');
});

it('does not mind that nobody reads on', async () => {
  const child = spawn(process.execPath, ['cli/main.ts', 'restore', '--help'], { cwd: root, env });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  child.stdout.destroy();
  const [code] = await once(child, 'close');
  expect(said).toBe('');
  expect(code).toBe(0);
});
