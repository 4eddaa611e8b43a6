import { constants } from 'node:os';
import { join } from 'node:path';
import { readConfiguration } from './configuration.ts';
import { decisionsOf, decisionsText } from './decisions.ts';
import { type Emulator, startEmulator } from './emulator.ts';
import { type Findings, findingsText, isAllWell, noFindings } from './findings.ts';
import { follow } from './follow.ts';
import { guide, removeEnvironmentFile, writeEnvironmentFile } from './guide.ts';
import { objectsToPut } from './objects-to-put.ts';
import { oneSession } from './one-session.ts';
import { type Options, readOptions } from './options.ts';
import { Problem } from './problem.ts';
import { localFolder } from './project-folder.ts';
import { asProblem } from './setup/as-problem.mjs';
import { runSteps } from './steps.ts';
import { untilEnded } from './until-ended.ts';

/** What `npm start` runs: the real stacks in an AWS on this machine, a folder put into the source, every destination compared. */
process.exit(await start(readOptions(process.argv.slice(2))));

async function start(options: Options): Promise<number> {
  const session: Session = { emulator: undefined, up: false, findings: noFindings(), logs: [] };
  try {
    return await Promise.race([run(options, session), untilEnded().then((signal) => interrupted(signal, session))]);
  } catch (error) {
    await tell(session);
    const problem = error instanceof Problem ? error : asProblem(error);
    console.error(problem?.message ?? error);
    return error instanceof Problem ? error.exitCode : 1;
  } finally {
    // A step that is cut short leaves the cursor hidden.
    if (process.stdout.isTTY) process.stdout.write('\u001B[?25h');
    await session.emulator?.stop();
    if (session.up) await removeEnvironmentFile();
  }
}

/** What is to be undone at the end, and shown, whatever the end. */
interface Session {
  emulator: Emulator | undefined;
  /** Whether all steps are done, and what came of them is told. */
  up: boolean;
  readonly findings: Findings;
  readonly logs: string[];
}

async function run(options: Options, session: Session): Promise<number> {
  const { config, once } = options;
  const { findings } = session;
  const { replicators, account } = await readConfiguration(config);
  const { objects, skipped, from } = await objectsToPut(options.folder);
  for (const what of skipped) console.log(`Not put: ${what}`);

  await oneSession();
  const emulator = await startEmulator({
    account,
    port: options.port,
    name: 'start',
    comeBackSeconds: 60,
    evaluatesAlarms: true,
  });
  session.emulator = emulator;
  session.logs.push(emulator.log, ...['synth', 'deploy'].map((what) => join(localFolder, `start-cdk-${what}.log`)));
  const crash = emulator.crashed.then((problem) => {
    throw problem;
  });
  console.log(`An AWS on this machine (MiniStack) is at ${emulator.endpoint}; the objects are from ${from}`);
  const deployment = { emulator, replicators, config, limitSeconds: options.deployTimeout };
  await Promise.race([crash, runSteps(deployment, { objects, replicator: replicators[0], findings })]);

  session.up = true;
  console.log(`\n${await findingsText(findings, session.logs)}\n`);
  console.log(`${decisionsText(await decisionsOf(emulator))}\n`);
  if (once) return isAllWell(findings) ? 0 : 1;

  if (!isAllWell(findings)) console.log('Not all of it worked, as said above; what did is up, to be looked at.\n');
  await writeEnvironmentFile(emulator);
  console.log(guide({ emulator, replicators, config }));
  return Promise.race([crash, follow(emulator, replicators)]);
}

/** Ctrl-C is how a session that is up is meant to end. */
async function interrupted(signal: NodeJS.Signals, session: Session): Promise<number> {
  console.log(`\n${session.up ? 'Stopping' : 'Interrupted, stopping'} …`);
  await tell(session);
  return session.up ? 0 : 128 + constants.signals[signal];
}

/** What there is when it ends before all steps are done. */
async function tell({ up, emulator, findings, logs }: Session): Promise<void> {
  if (!up && emulator !== undefined) console.log(`\n${await findingsText(findings, logs)}\n`);
}
