import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { awsEnvironment } from './aws-environment.ts';
import { cleanEnvironment } from './clean-environment.ts';
import { freePort } from './free-port.ts';
import { logFile } from './log-file.ts';
import { Problem } from './problem.ts';
import { startGroup } from './process-group.ts';
import { localFolder } from './project-folder.ts';

export interface Emulator {
  readonly name: string;
  readonly endpoint: string;
  readonly account: string;
  /** The file with what it writes, and what the functions write. */
  readonly log: string;
  /** What a program needs in its environment to take the emulator for AWS. */
  readonly environment: Readonly<Record<string, string>>;
  /** Each decision of IAM about a role, a line each: see decisions.ts. */
  readonly decisions: string;
  /** For what is needed only while the emulator runs; deleted by `stop`. */
  readonly folder: string;
  /** Settles only if the emulator ends unasked: with what is to be said about it. */
  readonly crashed: Promise<Problem>;
  stop(): Promise<void>;
}

/**
 * Starts an AWS on this machine (MiniStack), empty and with IAM enforced, and waits until it answers.
 *
 * @throws {Problem} if the port is taken, or it does not answer in time.
 */
export async function startEmulator(options: {
  /** The account that everything is in. */
  readonly account: string;
  /** A free one, if it is not named. */
  readonly port: number | undefined;
  /** What the names of its logs in `.local` begin with. */
  readonly name: string;
  /** After how long a message comes back that a function did not settle, if not after the hour that its queue says (ministack/sooner.py). */
  readonly comeBackSeconds?: number;
  /** Whether metrics in logs arrive, and alarms are evaluated (ministack/metrics_and_alarms.py). */
  readonly evaluatesAlarms?: boolean;
}): Promise<Emulator> {
  const port = await freePort(options.port);
  const endpoint = `http://127.0.0.1:${port}`;
  const folder = await runFolder();
  // Whatever ends this process, an error or a signal, the folder goes with it.
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const log = await logFile(`${options.name}-ministack`);
  const decisions = join(localFolder, `${options.name}-iam.jsonl`);
  await writeFile(decisions, '');
  // -B: nothing is written beside the launcher.
  const group = startGroup([join(localFolder, 'venv', 'bin', 'python'), '-B', launcher], {
    env: cleanEnvironment({
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      MINISTACK_ACCOUNT_ID: options.account,
      LAMBDA_EXECUTOR: 'local',
      LAMBDA_WARM_TTL_SECONDS: '20',
      TMPDIR: folder,
      IAM_LOG: decisions,
      ...(options.evaluatesAlarms === true && { EVALUATE_ALARMS: 'yes' }),
      ...(options.comeBackSeconds !== undefined && { UNSETTLED_COME_BACK_SECONDS: String(options.comeBackSeconds) }),
      // The functions inherit these: on this machine queues tell the truth at once.
      QUIET_SECONDS: '4',
      // Nor do notifications need minutes to take effect, for which a backfill sweeps once more.
      SECOND_PASS_SECONDS: '86400',
    }),
    cwd: folder,
    log,
  });
  let stopping = false;
  const crashed = group.ended.then((code) =>
    stopping
      ? new Promise<never>(() => {})
      : new Problem(`The AWS on this machine ended by itself (exit code ${code}): see ${log}`),
  );
  const stop = async (): Promise<void> => {
    stopping = true;
    await group.stop(5_000);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await healthy(endpoint, { crashed, log });
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    name: options.name,
    endpoint,
    account: options.account,
    log,
    environment: awsEnvironment(endpoint, options.account),
    decisions,
    folder,
    crashed,
    stop,
  };
}

/** MiniStack, with what it lacks. */
const launcher = join(import.meta.dirname, 'ministack', 'run.py');

async function healthy(
  endpoint: string,
  { crashed, log }: { readonly crashed: Promise<Problem>; readonly log: string },
): Promise<void> {
  const crash = crashed.then((problem) => {
    throw problem;
  });
  const deadline = Date.now() + START_LIMIT_MS;
  while (!(await Promise.race([crash, answers(endpoint)]))) {
    if (Date.now() > deadline) {
      throw new Problem(`The AWS on this machine did not answer within ${START_LIMIT_MS / 1000} s: see ${log}`);
    }
    await pause(50);
  }
}

/** It takes a second, and on a busy machine many; if it dies meanwhile, that is seen at once. */
const START_LIMIT_MS = 300_000;

async function answers(endpoint: string): Promise<boolean> {
  const answer = await fetch(`${endpoint}/_ministack/health`, { signal: AbortSignal.timeout(5_000) }).catch(
    () => undefined,
  );
  return answer?.ok === true;
}

/**
 * The functions' code is unpacked here. It is CommonJS unless it says otherwise, which the project's own package.json,
 * in a folder above, would change.
 */
async function runFolder(): Promise<string> {
  await mkdir(localFolder, { recursive: true });
  await removeLeftOvers();
  const folder = await mkdtemp(join(localFolder, `run-${process.pid}-`));
  await writeFile(join(folder, 'package.json'), '{ "type": "commonjs" }\n');
  return folder;
}

/** A process that was killed could not remove its folder. */
async function removeLeftOvers(): Promise<void> {
  for (const name of await readdir(localFolder)) {
    const owner = /^run-(\d+)-/.exec(name)?.[1];
    if (owner !== undefined && !isAlive(Number(owner)))
      await rm(join(localFolder, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
