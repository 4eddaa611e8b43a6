import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

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
      /^Cannot read the keys in "nowhere.txt": there is no such file or folder; name a file/,
    ],
    [
      ['restore', '--from', 'photos-eu', '--to-source', '--keys-file', 'cli'],
      /^Cannot read the keys in "cli": it is a folder; name a file/,
    ],
  ])('%j', (args, message) => {
    expect(run(...args)).toMatchObject({ status: 2, stdout: '', stderr: expect.stringMatching(message) });
  });
});

it.each(COMMANDS)(
  '%s without credentials ends with 1, one clear message, and nothing on standard output',
  (command) => {
    const { status, stderr, stdout } = run(command, ...ENOUGH[command]);
    // `npm start` may be up in this folder.
    expect(stderr.replace(/; for the AWS of.*/, '')).toBe(
      'Cannot tell the AWS account: there are no AWS credentials; log in, or set AWS_PROFILE\n',
    );
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

describe('what stands in the way of credentials is named', () => {
  const folder = mkdtempSync(join(tmpdir(), 'main-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const at = (more: NodeJS.ProcessEnv = {}, config = join(root, 'replicator.config.ts')) =>
    spawnSync(process.execPath, [join(root, 'cli/main.ts'), 'status', '--config', config], {
      cwd: folder,
      env: { ...env, ...more },
      encoding: 'utf8',
    });

  it('a profile that is not there', () => {
    const keys = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' };
    const { status, stderr } = at({ AWS_PROFILE: 'nothere', ...keys });
    expect(stderr).toMatch(
      /^Cannot tell the AWS account: the profile "nothere" \(AWS_PROFILE\) is in neither of .*\n$/,
    );
    expect(status).toBe(1);
  });

  it.each(['[profile mine]', '[mine]', '[ profile "mine" ]'])('but not one that is: %s', (section) => {
    writeFileSync(join(folder, 'aws-config'), `${section}\nregion = eu-west-1\n`);
    const { stderr } = at({ AWS_PROFILE: 'mine', AWS_CONFIG_FILE: join(folder, 'aws-config') });
    expect(stderr).not.toContain('in neither of');
  });

  it('the AWS of npm start, where that is up', () => {
    mkdirSync(join(folder, '.local'));
    writeFileSync(join(folder, '.local/env'), '');
    expect(at().stderr).toBe(
      'Cannot tell the AWS account: there are no AWS credentials; log in, or set AWS_PROFILE; for the AWS of `npm start`: `. .local/env`\n',
    );
    rmSync(join(folder, '.local'), { recursive: true });
  });

  it.each([
    ['a folder', undefined, /: Cannot read the configuration: it is a folder; name the file of one\n$/],
    ['one that throws', 'throw new Error("boom")', /bad\.config\.mjs: Cannot load the configuration.*\nError: boom\n$/],
  ])('a configuration that is %s ends with 2, and is named', (_, content, message) => {
    const file = content === undefined ? folder : join(folder, 'bad.config.mjs');
    if (content !== undefined) writeFileSync(file, content);
    const { status, stderr } = at({}, file);
    expect(stderr.startsWith(`${file}: `)).toBe(true);
    expect(stderr).toMatch(message);
    expect(status).toBe(2);
  });
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
