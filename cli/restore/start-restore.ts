import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Begun } from '../../functions/restore/begin.ts';
import { isSameRequest } from '../../functions/restore/request.ts';
import type { Request } from '../../functions/restore/request.ts';
import { paths } from '../../functions/restore/run.ts';
import type { Replicator } from '../../infra/config/replicator.ts';
import type { Files } from '../../shared/runs/files.ts';
import { BucketError } from '../../shared/objects/bucket.ts';
import type { ObjectKey } from '../../shared/objects/object-key.ts';
import type { VersionListing } from '../../shared/listing/version-listing.ts';
import { s3VersionListing } from '../../shared/s3/s3-version-listing.ts';
import { agrees, whyOfCost } from '../terminal/agrees.ts';
import { bucketClient } from '../aws/bucket-client.ts';
import { causeOf } from '../aws/cause-of.ts';
import { isOfTheConnection } from '../aws/cause.ts';
import { clientOptions } from '../aws/client-options.ts';
import { explained, explanation } from '../aws/explained.ts';
import { keysIn } from './keys-file.ts';
import { readJson } from '../aws/read-json.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { amountByCounts } from '../costs/amount-by-counts.ts';
import { countKeys, sampleKeys } from '../costs/amount-to-restore.ts';
import type { Amount } from '../costs/amount-to-restore.ts';
import { estimateInWords, estimateRestore } from '../costs/restore-estimate.ts';
import type { Estimate } from '../costs/restore-estimate.ts';
import { explainedRead } from './restore-run.ts';
import type { RestoreRun } from './restore-run.ts';
import type { RestoreStack } from '../find/restore-stack.ts';
import { storageMetrics } from '../aws/storage-metrics.ts';
import { UsageError } from '../terminal/usage-error.ts';

/**
 * Says what a restore will take, and starts it; where somebody sits at a terminal, not before they have agreed.
 *
 * @returns the ARN of the execution, which runs already if the token was used for the same; `undefined` if the user went away before it began, or did not agree.
 * @throws {UsageError}
 */
export async function startRestore(
  request: Request,
  { keyFiles, ...run }: RestoreRun & { readonly keyFiles: readonly string[] },
): Promise<string | undefined> {
  const { replicator, files, terminal, stack } = run;
  const { token } = request;
  const begun = await explainedRead(() => readJson<Begun>(files, paths.begun({ token })));
  if (begun !== undefined) return sameRun(begun, { request, terminal });
  try {
    const estimate = await estimateOf(request, { run, keyFiles });
    tellEstimate(estimate, { request, run });
    const agreed = request.dryRun || (await isAgreedTo(run, { request, estimate }));
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

async function isAgreedTo(
  { options, terminal }: RestoreRun,
  { request, estimate }: { readonly request: Request; readonly estimate: Estimate },
): Promise<boolean> {
  const overwrites = request.existing === 'replace' && request.to.create !== true;
  const why = overwrites ? `it may overwrite objects in ${request.to.bucket}` : whyOfCost(estimate);
  return agrees({ ...terminal, yes: options.yes }, { why, always: true });
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
  const { from, to, select, dryRun, tier, storageClass = 'STANDARD' } = request;
  const { source, destinations } = run.replicator;
  const places = [source, ...destinations];
  const region = places.find(({ bucket }) => bucket === to.bucket)?.region ?? source.region;
  const reads = typeof destinations.find(({ bucket }) => bucket === from.bucket)?.encryption === 'object';
  const writes = request.encryption.as === 'sse-kms' || (request.encryption.as === 'as-is' && reads);
  const kmsRequests = Number(reads) + Number(writes);
  const how = { dryRun, far: region !== from.region, tier, storageClass, kmsRequests };
  const listed = await amountOf(request, { run, keyFiles });
  if (listed.all || 'key' in select || 'keyFiles' in select) return estimateRestore(listed, how);
  const { whole, basis } = await wholeBucket(listed, { from, now: run.terminal.now });
  if (whole === undefined) return estimateRestore({ ...listed, basis: `${listed.basis}${basis}` }, how);
  if (select.prefix === undefined) return estimateRestore(whole, how);
  // Nobody has counted what is below a prefix: then all of the bucket is what it cannot be more than.
  return { ...estimateRestore(listed, how), whole: estimateRestore(whole, how) };
}

/** By what S3 counts once a day, where there was no time to list all. */
async function wholeBucket(
  listed: Amount,
  { from, now }: { readonly from: Request['from']; readonly now: () => number },
): Promise<{ readonly whole: Amount | undefined; readonly basis: string }> {
  try {
    const [newest] = await storageMetrics(from.bucket, { region: from.region, now: now() });
    if (newest === undefined) return { whole: undefined, basis: ' (S3 has counted nothing there yet)' };
    const whole = amountByCounts(listed, newest);
    return { whole, basis: ' (when S3 counted last, there was less than that)' };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { whole: undefined, basis: ` (${error.message})` };
  }
}

async function amountOf(
  { from, select }: Request,
  { run: { terminal }, keyFiles }: { readonly run: RestoreRun; readonly keyFiles: readonly string[] },
): Promise<Amount> {
  const listing = s3VersionListing({
    name: from.bucket,
    owner: from.account,
    client: bucketClient(from.region, { attempts: 6, sockets: 8 }),
    signal: terminal.signal,
  });
  const { now } = terminal;
  return explained(`count the keys of ${from.bucket}`, {
    remedy: 'the credentials in use need s3:ListBucketVersions on it',
    async work() {
      if ('key' in select) return keysAtLeast(listing, [select.key]);
      if ('keyFiles' in select) return keysAtLeast(listing, keysIn(keyFiles));
      return countKeys(listing, { prefix: select.prefix, until: now() + LONGEST_COUNT_MS, now });
    },
  });
}

/** Of keys that were named, a restore needs no listing: then how many they are is all that is known. */
async function keysAtLeast(listing: VersionListing, keys: readonly ObjectKey[]): Promise<Amount> {
  try {
    return await sampleKeys(listing, keys);
  } catch (error) {
    if (!(error instanceof BucketError) || isOfTheConnection(causeOf(error).kind)) throw error;
    const basis = `the number of keys alone, as their sizes could not be looked up (${causeOf(error).why})`;
    return { keys: keys.length, classes: {}, all: false, basis };
  }
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
