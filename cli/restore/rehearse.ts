import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import type { Choosing } from '../../functions/restore/rehearsal/choosing.ts';
import type { Comparing } from '../../functions/restore/rehearsal/comparing.ts';
import { rehearsalPaths } from '../../functions/restore/rehearsal/rehearsal.ts';
import type { Rehearsal } from '../../functions/restore/rehearsal/rehearsal.ts';
import type { Result } from '../../functions/restore/rehearsal/result.ts';
import { rowsOf } from '../../functions/restore/rehearsal/result-mail.ts';
import { TOKEN } from '../../functions/restore/request.ts';
import type { Destination, Rehearsal as RehearsalSettings, Replicator } from '../../infra/config/replicator.ts';
import type { Files } from '../../shared/runs/files.ts';
import { count, duration, objects, printable } from '../../shared/report/in-words.ts';
import { agrees, whyOfCost } from '../terminal/agrees.ts';
import { clientOptions } from '../aws/client-options.ts';
import { findReplicator } from '../find/find-replicator.ts';
import { readJson } from '../aws/read-json.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { estimateRehearsal, rehearsalInWords } from '../costs/rehearsal-estimate.ts';
import type { RehearsalEstimate } from '../costs/rehearsal-estimate.ts';
import { filesOf, INTERRUPTED, newToken } from './restore.ts';
import { lookAtRestore, restoreLine } from './restore-progress.ts';
import { explainedRead } from './restore-run.ts';
import { findRestoreStack } from '../find/restore-stack.ts';
import { startExecution } from './start-restore.ts';
import { storageMetrics } from '../aws/storage-metrics.ts';
import { UsageError } from '../terminal/usage-error.ts';

/** What was asked for on the command line. */
export interface RehearseOptions {
  readonly config: string;
  readonly source?: string;
  /** Only this destination. */
  readonly from?: string;
  /** With `from`: the same token is the same rehearsal. */
  readonly token?: string;
  readonly json?: boolean;
  /** What is dear is not asked about. */
  readonly yes?: boolean;
}

/**
 * Rehearses restores from all destinations, or from one, shows how far they are, and tells what they have come to.
 *
 * @returns the exit code: 0 all have succeeded, 1 one has failed, 130 after Ctrl-C.
 * @throws {UsageError}
 */
export async function rehearse(options: RehearseOptions, terminal: Terminal): Promise<number> {
  const { from, token, json = false } = options;
  if (token !== undefined && (from === undefined || !TOKEN.test(token)))
    throw new UsageError(
      'A token goes with --from, and has 1 to 64 letters, digits, hyphens and underscores; to look at a rehearsal again: --rehearse --from <destination> --token <token>',
      { exitCode: 2 },
    );
  const replicator = await findReplicator({ source: options.source, destination: from }, options.config);
  const { source, destinations, rehearsal } = replicator;
  if (rehearsal === false)
    throw new UsageError('The configuration says rehearsal: false, so that there is nowhere to restore to', {
      exitCode: 2,
    });
  const stack = await findRestoreStack(source);
  const world = {
    sfn: new SFNClient(clientOptions(source.region)),
    files: filesOf(replicator, stack, terminal.signal),
    terminal,
    print: json ? terminal.err : terminal.out,
  };
  const wanted = destinations.filter((one) => one.bucket === (from ?? one.bucket));
  if (!(await hasBegun(token, world.files)) && !(await isAgreedTo(options, { source, wanted, rehearsal, world }))) {
    terminal.err('Nothing was started');
    return terminal.signal.aborted ? INTERRUPTED : 0;
  }
  const started: Started[] = [];
  for (const { bucket, region, account } of wanted) {
    const one = { token: token ?? newToken(terminal.now()), from: { bucket, region, account } };
    started.push({
      rehearsal: one,
      execution: await startExecution({ rehearse: one }, { token: one.token, stack, source }),
    });
    world.print(`Rehearsing a restore from ${bucket}. Token: ${one.token}`);
  }
  const results = await follow(started, { ...world, source });
  if (results === undefined) return INTERRUPTED;
  if (json) terminal.out(JSON.stringify(results, undefined, 2));
  else for (const result of results) terminal.out(`\n${resultText(result, stack.reportsBucket)}`);
  return results.length === started.length && results.every(({ succeeded }) => succeeded) ? 0 : 1;
}

/** Then it is only looked at again. */
async function hasBegun(token: string | undefined, files: Files): Promise<boolean> {
  if (token === undefined) return false;
  return (await explainedRead(() => readJson<Choosing>(files, rehearsalPaths.choice({ token })))) !== undefined;
}

/** Says what it takes. */
async function isAgreedTo(
  { yes }: RehearseOptions,
  {
    source,
    wanted,
    rehearsal,
    world: { terminal, print },
  }: Pick<Replicator, 'source'> & {
    readonly wanted: readonly Destination[];
    readonly rehearsal: RehearsalSettings;
    readonly world: World;
  },
): Promise<boolean> {
  const estimates: RehearsalEstimate[] = [];
  for (const { bucket, region, storageClass = 'STANDARD', encryption } of wanted) {
    const rehearsed = {
      bucket,
      far: region !== source.region,
      storageClass,
      isKmsEncrypted: typeof encryption === 'object',
      objects: await objectsIn(bucket, { region, now: terminal.now() }),
    };
    estimates.push(estimateRehearsal(rehearsed, rehearsal));
  }
  print(rehearsalInWords(estimates, rehearsal));
  const dollars = estimates.reduce((sum, one) => sum + one.dollars, 0);
  return agrees({ ...terminal, yes }, { why: whyOfCost({ dollars, all: true }), always: false });
}

/** As S3 counts them; it is no matter if nobody may know. */
async function objectsIn(
  bucket: string,
  { region, now }: { readonly region: string; readonly now: number },
): Promise<number | undefined> {
  try {
    const [newest] = await storageMetrics(bucket, { region, now });
    return newest?.objects;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return undefined;
  }
}

interface Started {
  readonly rehearsal: Rehearsal;
  readonly execution: string;
}

interface World {
  readonly sfn: SFNClient;
  readonly files: Files;
  readonly terminal: Terminal;
  readonly print: (line: string) => void;
}

/** @returns what they have come to; without those that ended without a result. `undefined` if the user went away before. */
async function follow(
  started: readonly Started[],
  world: World & Pick<Replicator, 'source'>,
): Promise<readonly Result[] | undefined> {
  const { terminal, source, print } = world;
  const { signal, err, pause } = terminal;
  const results: Result[] = [];
  try {
    for (const one of started) {
      for (let shown = ''; ;) {
        signal.throwIfAborted();
        const seen = await explainedRead(() => look(one, world));
        if (typeof seen !== 'string') {
          if ('why' in seen)
            err(
              `${one.rehearsal.from.bucket}: ${seen.why}\nTo look at it: aws stepfunctions describe-execution --region ${source.region} --execution-arn ${one.execution}`,
            );
          else results.push(seen);
          break;
        }
        if (seen !== shown) print(`${one.rehearsal.from.bucket}: ${seen}`);
        shown = seen;
        await pause(BETWEEN_LOOKS_MS, signal);
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    const again = started.map(
      ({ rehearsal: { from, token } }) =>
        `  npm run restore -- --rehearse --source ${source.bucket} --from ${from.bucket} --token ${token}`,
    );
    err(`It goes on without you. To look at it again:\n${again.join('\n')}`);
    return undefined;
  }
  return results;
}

const BETWEEN_LOOKS_MS = 2000;

/** What it has come to; why there is none; or, while it goes on, how far it is. */
async function look(
  { rehearsal, execution }: Started,
  { sfn, files }: World,
): Promise<Result | { readonly why: string } | string> {
  // First this: if it has ended by now, so is the result written by now.
  const { status } = await sfn.send(new DescribeExecutionCommand({ executionArn: execution }));
  const result = await readJson<Result>(files, rehearsalPaths.result(rehearsal));
  if (result !== undefined) return result;
  if (status !== 'RUNNING' && status !== 'PENDING_REDRIVE')
    return { why: `The rehearsal ended without a result: ${status}` };
  const choosing = await readJson<Choosing>(files, rehearsalPaths.choice(rehearsal));
  if (choosing?.choice === undefined) return `Choosing: ${objects(choosing?.candidates.seen.objects ?? 0)} listed`;
  const { token } = rehearsal;
  const restoring = await lookAtRestore({ sfn, files, execution, token });
  if (restoring.phase === 'lost') return 'Ending';
  if (restoring.phase !== 'over') return restoreLine(restoring);
  const comparing = await readJson<Comparing>(files, rehearsalPaths.comparison(rehearsal));
  return `Comparing: ${count(comparing?.next ?? 0)} of ${objects(choosing.choice.keys.length)}`;
}

/** A result for a terminal. */
export function resultText(result: Result, reportsBucket: string): string {
  const { succeeded, destination, cause, remedy, examples, seconds } = result;
  const rows = rowsOf(result);
  const width = Math.max(...rows.map(([name]) => name.length));
  return printable(
    [
      rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n'),
      ...(examples.length === 0 ? [] : [examples.map(({ key, reason }) => `! ${key}\n  ${reason}`).join('\n')]),
      `${succeeded ? 'SUCCEEDED' : 'FAILED'}: ${destination}: ${cause}.${remedy === undefined ? '' : `\nWhat to do: ${remedy}.`}`,
      `In ${duration(seconds)}. The result: s3://${reportsBucket}/${rehearsalPaths.result(result)}`,
    ].join('\n\n'),
  );
}
