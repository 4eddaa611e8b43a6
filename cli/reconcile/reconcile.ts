import type { LastReport } from '../../functions/reconcile/finish.ts';
import { heldIn, isWholeRun } from '../../functions/reconcile/lock.ts';
import type { Lock } from '../../functions/reconcile/lock.ts';
import { ExecutionDoesNotExist, InvalidArn, SFNClient } from '@aws-sdk/client-sfn';
import { paths, RUN_ID } from '../../functions/reconcile/run.ts';
import type { Report, Status } from '../../functions/reconcile/report/report.ts';
import type { History, PastRun } from '../../functions/reconcile/report/history.ts';
import type { Request, Run } from '../../functions/reconcile/run.ts';
import type { Replicator } from '../../infra/config/replicator.ts';
import type { Files } from '../../shared/runs/files.ts';
import { s3Files } from '../../shared/s3/s3-files.ts';
import { bucketClient } from '../aws/bucket-client.ts';
import { clientOptions } from '../aws/client-options.ts';
import { estimate } from '../costs/estimate.ts';
import { estimateText } from '../costs/estimate-text.ts';
import { explained } from '../aws/explained.ts';
import { findReconcileStack } from '../find/reconcile-stack.ts';
import type { ReconcileStack } from '../find/reconcile-stack.ts';
import { findReplicator } from '../find/find-replicator.ts';
import { watcher } from './look-at-run.ts';
import type { Progress } from '../terminal/progress.ts';
import { readJson } from '../aws/read-json.ts';
import { reportText } from './report-text.ts';
import { showAsTasks, showInLines } from '../terminal/show-progress.ts';
import type { Ended } from '../terminal/show-progress.ts';
import { startRun } from './start-run.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { whatIsKnown } from './what-is-known.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** What was asked for on the command line. */
export interface ReconcileOptions {
  readonly config: string;
  readonly source?: string;
  readonly destination?: string;
  readonly prefix?: string;
  readonly verifyOnly?: boolean;
  readonly eventMinutes?: number;
  readonly json?: boolean;
  readonly estimate?: boolean;
  /** Starts nothing: an execution by its name, or, if `true`, the run that is under way. */
  readonly follow?: string | true;
}

export const EXIT_CODES: Readonly<Record<Status, number>> = { equal: 0, failed: 1, differs: 3 };
const INTERRUPTED = 130;

/**
 * Starts a run by hand, shows how far it is, and tells its report.
 *
 * @returns the exit code: 0 equal or all repaired, 3 differences remain, 1 the run failed, 130 after Ctrl-C.
 * @throws {UsageError}
 */
export async function reconcile(options: ReconcileOptions, terminal: Terminal): Promise<number> {
  const replicator = await findReplicator(options, options.config);
  const stack = await findReconcileStack(replicator.source);
  const files = filesOf(replicator, stack, terminal.signal);
  if (options.estimate === true) return tellEstimate(options, { replicator, files, terminal });
  if (terminal.signal.aborted) return INTERRUPTED;

  if (typeof options.follow === 'string') {
    const report = await reportOf(options.follow, files);
    if (report !== undefined) return tellReport(report, { options, stack, terminal });
  }
  const execution = await executionOf(options, { replicator, stack, files });
  if (execution === undefined) {
    terminal.err(`No run is under way at ${replicator.source.bucket}. The last report:`);
    return tellReport(await lastReport(files), { options, stack, terminal });
  }
  const ended = await follow(execution, { options, replicator, files, terminal });
  if (ended === undefined) return INTERRUPTED;
  if (ended.phase === 'over') return tellReport(ended.report, { options, stack, terminal });
  terminal.err(
    `${ended.why}\nTo look at it: aws stepfunctions describe-execution --region ${replicator.source.region} --execution-arn ${execution}`,
  );
  return EXIT_CODES.failed;
}

function filesOf({ source }: Replicator, { reportsBucket }: ReconcileStack, signal: AbortSignal): Files {
  const client = bucketClient(source.region, { attempts: 6, sockets: 32 });
  return s3Files({ name: reportsBucket, owner: source.account, client, signal });
}

function requestOf({ destination, prefix, verifyOnly, eventMinutes }: ReconcileOptions): Request {
  return {
    trigger: 'hand',
    ...(destination !== undefined && { destination }),
    ...(prefix !== undefined && { prefix }),
    ...(verifyOnly !== undefined && { verifyOnly }),
    ...(eventMinutes !== undefined && { eventMinutes }),
  };
}

/** The one that is started, or followed; `undefined` if none is under way to be followed. */
async function executionOf(
  options: ReconcileOptions,
  {
    replicator,
    stack,
    files,
  }: { readonly replicator: Replicator; readonly stack: ReconcileStack; readonly files: Files },
): Promise<string | undefined> {
  if (options.follow === true) return underWay(files, options);
  const { stateMachineArn } = stack;
  if (options.follow !== undefined) {
    const name = options.follow.split(':').at(-1);
    const run = (await runsUnderWay(files)).find(({ id }) => id === name);
    return run?.execution ?? `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
  }
  return startRun(stateMachineArn, requestOf(options), replicator.source.region);
}

/** Of several, the one over the destination that was named, or over all, or that began last. */
async function underWay(files: Files, { destination }: ReconcileOptions): Promise<string | undefined> {
  const runs = await runsUnderWay(files);
  const named = runs.find(({ request }) => destination !== undefined && request.destination === destination);
  return (named ?? runs.find(isWholeRun) ?? runs.at(-1))?.execution;
}

async function runsUnderWay(files: Files): Promise<readonly Run[]> {
  const lock = await explainedRead(() => readJson<Lock>(files, paths.lock));
  return heldIn(lock ?? {}).map(({ run }) => run);
}

/** Of a run that reports name by its id, and that is over. */
async function reportOf(id: string, files: Files): Promise<Report | undefined> {
  if (!RUN_ID.test(id)) return undefined;
  return explainedRead(() => readJson<Report>(files, paths.report({ id })));
}

async function noSuchRun(name: string, { files, source }: { readonly files: Files; readonly source: string }) {
  const underWay = (await runsUnderWay(files)).map(({ id }) => id);
  const over = (await pastRuns(files)).map(({ run }) => run).slice(-LATEST);
  const known = [...over, ...underWay].toReversed();
  const which = known.length === 0 ? 'there was none yet' : `the latest are ${known.join(', ')}`;
  return new UsageError(`There is no run "${name}" of ${source}; ${which}`, { exitCode: 2 });
}

const LATEST = 5;

/** @returns how it ended; `undefined` if the user went away before. */
async function follow(
  execution: string,
  {
    options,
    replicator: { source },
    files,
    terminal,
  }: {
    readonly options: ReconcileOptions;
    readonly replicator: Replicator;
    readonly files: Files;
    readonly terminal: Terminal;
  },
): Promise<Ended | undefined> {
  const { tty, err, out, now, signal } = terminal;
  const sfn = new SFNClient(clientOptions(source.region));
  const progress = looks(watcher({ sfn, files, execution, now }), terminal);
  try {
    if (tty && options.json !== true) return await showAsTasks(progress);
    // What is on standard output is the report, if programs read it.
    return await showInLines(progress, { print: options.json === true ? err : out, now });
  } catch (error) {
    if (!signal.aborted)
      throw typeof options.follow === 'string' && isUnknown(error)
        ? await noSuchRun(options.follow, { files, source: source.bucket })
        : error;
    err(
      `The run goes on without you. To look at it again:\n  npm run reconcile -- --source ${source.bucket} --follow ${execution.split(':').at(-1)}`,
    );
    return undefined;
  }
}

/** The name is none of an execution; or of one that Step Functions has forgotten, as it does after 90 days. */
function isUnknown(error: unknown): boolean {
  return error instanceof Error && (error.cause instanceof ExecutionDoesNotExist || error.cause instanceof InvalidArn);
}

async function* looks(
  look: () => Promise<Progress>,
  { signal, pause }: Pick<Terminal, 'signal' | 'pause'>,
): AsyncGenerator<Progress> {
  for (;;) {
    signal.throwIfAborted();
    yield await explainedRead(look);
    await pause(BETWEEN_LOOKS, signal);
  }
}

const BETWEEN_LOOKS = 2000;

async function explainedRead<T>(work: () => Promise<T>): Promise<T> {
  return explained('see how far the run is', {
    remedy:
      'the credentials in use need states:DescribeExecution and s3:GetObject and s3:ListBucket on the reports bucket. The run itself goes on',
    work,
  });
}

async function lastReport(files: Files): Promise<Report> {
  // A bucket of an older version has the history only, which has whole runs only.
  const last = (await explainedRead(() => readJson<LastReport>(files, paths.last))) ?? (await pastRuns(files)).at(-1);
  const report = last && (await explainedRead(() => readJson<Report>(files, paths.report({ id: last.run }))));
  if (report === undefined) throw new UsageError('There is no report yet: start a run without --follow');
  return report;
}

/** Of all destinations, the latest last. */
async function pastRuns(files: Files): Promise<readonly Pick<PastRun, 'run'>[]> {
  return (await explainedRead(() => readJson<History>(files, paths.history))) ?? [];
}

function tellReport(
  report: Report,
  {
    options,
    stack,
    terminal,
  }: { readonly options: ReconcileOptions; readonly stack: ReconcileStack; readonly terminal: Terminal },
): number {
  terminal.out(
    options.json === true ? JSON.stringify(report, undefined, 2) : `\n${reportText(report, stack.reportsBucket)}`,
  );
  return EXIT_CODES[report.status];
}

async function tellEstimate(
  options: ReconcileOptions,
  {
    replicator,
    files,
    terminal,
  }: { readonly replicator: Replicator; readonly files: Files; readonly terminal: Terminal },
): Promise<number> {
  const known = await whatIsKnown(replicator, { files, request: requestOf(options), now: terminal.now });
  const estimated = estimate(known);
  terminal.out(options.json === true ? JSON.stringify(estimated, undefined, 2) : estimateText(estimated));
  return 0;
}
