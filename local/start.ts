import { constants } from 'node:os';
import { isEqual } from './compare.ts';
import { readConfiguration } from './configuration.ts';
import { decisionsOf, decisionsText } from './decisions.ts';
import { type Emulator, startEmulator } from './emulator.ts';
import { follow } from './follow.ts';
import { guide, removeEnvironmentFile, writeEnvironmentFile } from './guide.ts';
import { objectsToPut } from './objects-to-put.ts';
import { type Options, readOptions } from './options.ts';
import { Problem } from './problem.ts';
import { reconcileResult } from './reconcile-result.ts';
import { resultTable } from './result.ts';
import { runSteps } from './steps.ts';
import { untilEnded } from './until-ended.ts';

/** What `npm start` runs: the real stacks in an AWS on this machine, a folder put into the source, every destination compared. */
process.exit(await start(readOptions(process.argv.slice(2))));

async function start(options: Options): Promise<number> {
  const session: Session = { emulator: undefined, up: false };
  try {
    return await Promise.race([run(options, session), untilEnded().then((signal) => exitCode(signal, session))]);
  } catch (error) {
    console.error(error instanceof Problem ? error.message : error);
    return 1;
  } finally {
    // A step that is cut short leaves the cursor hidden.
    if (process.stdout.isTTY) process.stdout.write('\u001B[?25h');
    await session.emulator?.stop();
    if (session.up) await removeEnvironmentFile();
  }
}

/** What is to be undone at the end, whatever the end. */
interface Session {
  emulator: Emulator | undefined;
  /** Whether all steps are done. */
  up: boolean;
}

async function run(options: Options, session: Session): Promise<number> {
  const { config, once } = options;
  const { replicators, account } = await readConfiguration(config);
  const { objects, skipped, from } = await objectsToPut(options.folder);
  for (const what of skipped) console.log(`Not put: ${what}`);

  const emulator = await startEmulator({ account, port: options.port, name: 'start' });
  session.emulator = emulator;
  const crash = emulator.crashed.then((problem) => {
    throw problem;
  });
  console.log(`An AWS on this machine (MiniStack) is at ${emulator.endpoint}; the objects are from ${from}`);
  const deployment = { emulator, replicators, config, limitSeconds: options.deployTimeout };
  const { results, losses, reconcile } = await Promise.race([
    crash,
    runSteps(deployment, { objects, replicator: replicators[0] }),
  ]);

  console.log(`\n${resultTable(results)}`);
  console.log('By listings of both sides. Lag: from the answer to the put until the time that the replica bears.\n');
  console.log(await reconcileResult(losses, reconcile));
  console.log(`${decisionsText(await decisionsOf(emulator))}\n`);
  if (once) return results.every(isEqual) && reconcile.report.status === 'equal' ? 0 : 1;

  session.up = true;
  await writeEnvironmentFile(emulator);
  console.log(guide({ emulator, replicators, config }));
  return Promise.race([crash, follow(emulator, replicators)]);
}

/** Ctrl-C is how a session that is up is meant to end. */
function exitCode(signal: NodeJS.Signals, { up }: Session): number {
  console.log(`\n${up ? 'Stopping' : 'Interrupted, stopping'} …`);
  return up ? 0 : 128 + constants.signals[signal];
}
