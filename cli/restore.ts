import { randomBytes } from 'node:crypto';
import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { Listr } from 'listr2';
import type { Begun } from '../functions/restore/begin.ts';
import type { KeyLine } from '../functions/restore/key-line.ts';
import type { Report } from '../functions/restore/report/report.ts';
import type { Status } from '../functions/restore/report/status.ts';
import { isSameRequest } from '../functions/restore/request.ts';
import type { Request } from '../functions/restore/request.ts';
import { paths } from '../functions/restore/run.ts';
import type { Replicator } from '../infra/config.ts';
import type { Files } from '../shared/files.ts';
import { s3Client } from '../shared/s3-bucket.ts';
import { s3Files } from '../shared/s3-files.ts';
import { s3VersionListing, s3VersionListingClient } from '../shared/s3-version-listing.ts';
import { explained } from './explained.ts';
import { findReplicator } from './find-replicator.ts';
import { keyFilesOf } from './keys-file.ts';
import { readJson } from './read-json.ts';
import type { Terminal } from './reconcile.ts';
import { countKeys, estimateInWords, estimateRestore } from './restore-estimate.ts';
import type { Estimate } from './restore-estimate.ts';
import { lookAtRestore, restoreLine } from './restore-progress.ts';
import type { RestoreProgress } from './restore-progress.ts';
import { requestOf } from './restore-request.ts';
import type { RestoreOptions } from './restore-request.ts';
import { findRestoreStack } from './restore-stack.ts';
import type { RestoreStack } from './restore-stack.ts';
import { keyText, restoreText } from './restore-text.ts';
import { UsageError } from './usage-error.ts';

export const EXIT_CODES: Readonly<Record<Status, number>> = { COMPLETED: 0, PARTIAL: 3, FAILED: 1, EXPIRED: 1 };
export const INTERRUPTED = 130;

/**
 * Starts a restore, shows how far it is, and tells its report. A token that was used for the same follows that run; alone, it shows it.
 *
 * @returns the exit code: 0 complete, 3 in part, 1 failed or expired, 130 after Ctrl-C.
 * @throws {UsageError}
 */
export async function restore(options: RestoreOptions, terminal: Terminal): Promise<number> {
  const replicator = await findReplicator({ source: options.source, destination: options.from }, options.config);
  const { source } = replicator;
  const stack = await findRestoreStack(source);
  const run = { options, replicator, stack, terminal, files: filesOf(replicator, stack, terminal.signal) };
  const { from, token = newToken(terminal.now()) } = options;
  if (from === undefined && options.token === undefined)
    throw new UsageError(
      'Say with --from which destination is restored from, or with --token which run is to be shown',
      {
        exitCode: 2,
      },
    );
  const execution = from === undefined ? await executionOf(token, run) : await start(token, run);
  if (terminal.signal.aborted) return INTERRUPTED;
  const ended = await follow({ execution, token }, run);
  if (ended === undefined) return INTERRUPTED;
  if (ended.phase === 'over') return tellReport(ended.report, run);
  terminal.err(
    `${ended.why}\nWhat was restored stays; start again with a new token to go on.\nTo look at it: aws stepfunctions describe-execution --region ${source.region} --execution-arn ${execution}`,
  );
  return EXIT_CODES.FAILED;
}

interface Run {
  readonly options: RestoreOptions;
  readonly replicator: Replicator;
  readonly stack: RestoreStack;
  readonly terminal: Terminal;
  readonly files: Files;
}

/** `20261121-093000-1a2b`. */
export function newToken(now: number): string {
  const [day = '', time = ''] = new Date(now).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').split('T');
  return `${day}-${time}-${randomBytes(2).toString('hex')}`;
}

export function filesOf({ source }: Replicator, { reportsBucket }: RestoreStack, signal: AbortSignal): Files {
  const client = s3Client(source.region, { attempts: 6, sockets: 32, endpoint: endpoint() });
  return s3Files({ name: reportsBucket, owner: source.account, client, signal });
}

function endpoint(): string | undefined {
  return process.env['AWS_ENDPOINT_URL_S3'] ?? process.env['AWS_ENDPOINT_URL'];
}

/** Of a run that was started before. */
async function executionOf(token: string, { files }: Run): Promise<string> {
  const begun = await explainedRead(() => readJson<Begun>(files, paths.begun({ token })));
  if (begun === undefined) throw new UsageError(`There is no restore with the token "${token}"`, { exitCode: 2 });
  return begun.execution;
}

/** @returns the ARN of the execution, which runs already if the token was used for the same. */
async function start(token: string, run: Run): Promise<string> {
  const { options, replicator, files, terminal, stack } = run;
  const keyFiles = options.keysFile === undefined ? [] : await keyFilesOf(options.keysFile);
  const request = requestOf(options, { replicator, token, keyFiles: keyFiles.length, now: terminal.now() });
  const begun = await explainedRead(() => readJson<Begun>(files, paths.begun({ token })));
  if (begun !== undefined) return sameRun(begun, { request, terminal });
  tellEstimate(await estimateOf(request, { run, keyFiles }), { request, run });
  for (const [number, text] of keyFiles.entries()) await files.write(paths.keyFile({ token }, number), text);
  const { region } = replicator.source;
  const { stateMachineArn } = stack;
  const name = `restore-${token}`;
  try {
    const command = new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(request) });
    const { executionArn = '' } = await new SFNClient({ region }).send(command);
    return executionArn;
  } catch (error) {
    // Started a moment ago by somebody else, or by a request whose answer was lost; whether for the same, the run itself says.
    if (error instanceof ExecutionAlreadyExists)
      return `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(
      `Cannot start the restore: ${why}; the credentials in use need states:StartExecution on ${stateMachineArn}`,
      { cause: error },
    );
  }
}

/** Of keys of a file, some may have been others: they are not compared. */
function sameRun(
  begun: Begun,
  { request, terminal }: { readonly request: Request; readonly terminal: Terminal },
): string {
  if (!isSameRequest(begun.request, request))
    throw new UsageError(
      `The token "${request.token}" was used for another request, at ${begun.startedAt}: leave it out, or choose another one`,
      { exitCode: 2 },
    );
  terminal.err(`The token "${request.token}" was used for the same, at ${begun.startedAt}: this is that run`);
  return begun.execution;
}

async function estimateOf(
  request: Request,
  { run, keyFiles }: { readonly run: Run; readonly keyFiles: readonly string[] },
): Promise<Estimate> {
  const { terminal } = run;
  const { from, select, to, dryRun } = request;
  const { source, destinations } = run.replicator;
  const region = [source, ...destinations].find(({ bucket }) => bucket === to.bucket)?.region ?? source.region;
  const far = { dryRun, far: region !== from.region };
  if ('key' in select) return estimateRestore({ keys: 1, bytes: undefined, all: true }, far);
  if ('keyFiles' in select) {
    const keys = keyFiles.reduce((sum, text) => sum + text.split('\n').length - 1, 0);
    return estimateRestore({ keys, bytes: undefined, all: true }, far);
  }
  const listing = s3VersionListing({
    name: from.bucket,
    owner: from.account,
    client: s3VersionListingClient(from.region, { reader: 'sdk', attempts: 6, sockets: 8, endpoint: endpoint() }),
    signal: terminal.signal,
  });
  const amount = await explained(`count the keys of ${from.bucket}`, {
    remedy: 'the credentials in use need s3:ListBucketVersions on it',
    work: () =>
      countKeys(listing, { prefix: select.prefix, until: terminal.now() + LONGEST_COUNT_MS, now: terminal.now }),
  });
  return estimateRestore(amount, far);
}

/** Nobody waits longer for an estimate. */
const LONGEST_COUNT_MS = 10_000;

function tellEstimate(
  estimate: Estimate,
  { request, run: { options, terminal } }: { readonly request: Request; readonly run: Run },
): void {
  const { from, to } = request;
  const text = `${estimateInWords(estimate, { ...request, from: from.bucket, to: to.bucket })}\nToken: ${request.token}`;
  // What is on standard output is the report, if programs read it.
  (options.json === true ? terminal.err : terminal.out)(text);
}

type Ended = Extract<RestoreProgress, { readonly phase: 'over' | 'lost' }>;

/** @returns how it ended; `undefined` if the user went away before. */
async function follow(
  { execution, token }: { readonly execution: string; readonly token: string },
  { options, replicator: { source }, files, terminal }: Run,
): Promise<Ended | undefined> {
  const { tty, out, err, signal, pause, now } = terminal;
  const sfn = new SFNClient({ region: source.region });
  const print = options.json === true ? err : out;
  let ended: Ended | undefined;
  const watch = async (show: (line: string) => void): Promise<void> => {
    for (;;) {
      signal.throwIfAborted();
      const progress = await explainedRead(() => lookAtRestore({ sfn, files, execution, token }));
      if (progress.phase === 'over' || progress.phase === 'lost') {
        ended = progress;
        return;
      }
      show(restoreLine(progress));
      await pause(BETWEEN_LOOKS_MS, signal);
    }
  };
  try {
    if (tty && options.json !== true) {
      await new Listr(
        [{ title: `Restore ${token}`, task: async (_, shown) => watch((line) => void (shown.output = line)) }],
        { registerSignalListeners: false, rendererOptions: { showErrorMessage: false } },
      ).run();
    } else await watch(everyTenSeconds(print, now));
  } catch (error) {
    if (!signal.aborted) throw error;
    err(
      `The restore goes on without you. To look at it again:\n  npm run restore -- --source ${source.bucket} --token ${token}`,
    );
  }
  return ended;
}

const BETWEEN_LOOKS_MS = 2000;
const TEN_SECONDS = 10_000;

/** A line for each phase, and one every ten seconds. */
function everyTenSeconds(print: (line: string) => void, now: () => number): (line: string) => void {
  let shown: { readonly phase: string | undefined; readonly at: number } | undefined;
  return (line) => {
    const [phase] = line.split(':');
    if (shown?.phase === phase && now() - (shown?.at ?? 0) < TEN_SECONDS) return;
    shown = { phase, at: now() };
    print(line);
  };
}

export async function explainedRead<T>(work: () => Promise<T>): Promise<T> {
  return explained('see how far the restore is', {
    remedy:
      'the credentials in use need states:DescribeExecution, and s3:GetObject and s3:ListBucket on the bucket of its reports',
    work,
  });
}

async function tellReport(report: Report, { options, stack, terminal, files }: Run): Promise<number> {
  if (options.json === true) terminal.out(JSON.stringify(report, undefined, 2));
  else {
    if (report.dryRun) await tellKeys(report, { files, terminal });
    terminal.out(`\n${restoreText(report, stack.reportsBucket)}`);
  }
  return EXIT_CODES[report.status];
}

const MOST_KEYS_SHOWN = 1000;

/** What a dry run found: as much of it as anybody reads. */
async function tellKeys(
  { keys }: Report,
  { files, terminal }: { readonly files: Files; readonly terminal: Terminal },
): Promise<void> {
  let shown = 0;
  for (const name of keys) {
    const text = (await explainedRead(() => files.read(name)))?.text ?? '';
    for (const line of text.split('\n').filter((one) => one !== '')) {
      if (shown++ === MOST_KEYS_SHOWN) return terminal.out('… and more: see the lists of keys below');
      const told: KeyLine = JSON.parse(line);
      terminal.out(keyText(told));
    }
  }
}
