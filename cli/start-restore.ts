import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Begun } from '../functions/restore/begin.ts';
import { isSameRequest } from '../functions/restore/request.ts';
import type { Request } from '../functions/restore/request.ts';
import { paths } from '../functions/restore/run.ts';
import type { Replicator } from '../infra/config.ts';
import type { Files } from '../shared/files.ts';
import { s3VersionListing } from '../shared/s3-version-listing.ts';
import { bucketClient } from './bucket-client.ts';
import { clientOptions } from './client-options.ts';
import { explained, explanation } from './explained.ts';
import { keyFilesOf } from './keys-file.ts';
import { readJson } from './read-json.ts';
import type { Terminal } from './reconcile.ts';
import { countKeys, estimateInWords, estimateRestore } from './restore-estimate.ts';
import type { Estimate } from './restore-estimate.ts';
import { requestOf } from './restore-request.ts';
import { explainedRead } from './restore-run.ts';
import type { RestoreRun } from './restore-run.ts';
import type { RestoreStack } from './restore-stack.ts';
import { UsageError } from './usage-error.ts';

/**
 * Says what a restore will take, and starts it; where somebody sits at a terminal, not before they have agreed.
 *
 * @returns the ARN of the execution, which runs already if the token was used for the same; `undefined` if the user went away before it began, or did not agree.
 * @throws {UsageError}
 */
export async function startRestore(token: string, run: RestoreRun): Promise<string | undefined> {
  const { options, replicator, all, files, terminal, stack } = run;
  const keyFiles = options.keysFile === undefined ? [] : await keyFilesOf(options.keysFile);
  const request = requestOf(options, { replicator, all, token, keyFiles, now: terminal.now() });
  const begun = await explainedRead(() => readJson<Begun>(files, paths.begun({ token })));
  if (begun !== undefined) return sameRun(begun, { request, terminal });
  try {
    tellEstimate(await estimateOf(request, { run, keyFiles }), { request, run });
    const agreed = request.dryRun || (await agrees(run));
    terminal.signal.throwIfAborted();
    if (!agreed) return undefined;
    await leaveKeys(keyFiles, { token, files });
    terminal.signal.throwIfAborted();
  } catch (error) {
    if (terminal.signal.aborted) return undefined;
    throw error;
  }
  return startExecution(request, { token, stack, source: replicator.source });
}

/**
 * Starts the execution of a token.
 *
 * @returns its ARN; of the one that runs, or has run, if the token was used before.
 * @throws {UsageError}
 */
export async function startExecution(
  input: object,
  {
    token,
    stack: { stateMachineArn },
    source: { region },
  }: {
    readonly token: string;
    readonly stack: Pick<RestoreStack, 'stateMachineArn'>;
    readonly source: Pick<Replicator['source'], 'region'>;
  },
): Promise<string> {
  const name = `restore-${token}`;
  try {
    const command = new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) });
    const { executionArn = '' } = await new SFNClient(clientOptions(region)).send(command);
    return executionArn;
  } catch (error) {
    // Started a moment ago by somebody else, or by a request whose answer was lost; whether for the same, the run itself says.
    if (error instanceof ExecutionAlreadyExists)
      return `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
    throw explanation('start the restore', {
      remedy: `the credentials in use need states:StartExecution on ${stateMachineArn}`,
      cause: error,
    });
  }
}

/** Programs and schedules are not asked: they would wait for ever. */
async function agrees({ options, terminal }: RestoreRun): Promise<boolean> {
  if (options.yes === true || terminal.ask === undefined) return true;
  return /^y(es)?$/i.test((await terminal.ask('Start? [y/N] ')).trim());
}

/** @throws {UsageError} if other keys were left for this token before. */
async function leaveKeys(
  keyFiles: readonly string[],
  { token, files }: { readonly token: string; readonly files: Files },
): Promise<void> {
  for (const [number, text] of keyFiles.entries()) {
    const name = paths.keyFile({ token }, number);
    const written = await explained('leave the keys for the restore', {
      remedy: 'the credentials in use need s3:PutObject and s3:GetObject on the bucket of its reports',
      work: () => files.write(name, text, 'absent'),
    });
    if (written === undefined && (await explainedRead(() => files.read(name)))?.text !== text)
      throw new UsageError(`The token "${token}" was used for other keys: leave it out, or choose another one`, {
        exitCode: 2,
      });
  }
}

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
  { run, keyFiles }: { readonly run: RestoreRun; readonly keyFiles: readonly string[] },
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
    client: bucketClient(from.region, { attempts: 6, sockets: 8 }),
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
  { request, run: { options, terminal } }: { readonly request: Request; readonly run: RestoreRun },
): void {
  const { from, to } = request;
  const text = `${estimateInWords(estimate, { ...request, from: from.bucket, to: to.bucket })}\nToken: ${request.token}`;
  // What is on standard output is the report, if programs read it.
  (options.json === true ? terminal.err : terminal.out)(text);
}
