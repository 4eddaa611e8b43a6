import { randomBytes } from 'node:crypto';
import type { Begun } from '../../functions/restore/begin.ts';
import type { KeyLine } from '../../functions/restore/key-line.ts';
import type { Report } from '../../functions/restore/report/report.ts';
import type { Status } from '../../functions/restore/report/status.ts';
import { paths } from '../../functions/restore/run.ts';
import type { Replicator } from '../../infra/config/replicator.ts';
import type { Files } from '../../shared/runs/files.ts';
import { s3Files } from '../../shared/s3/s3-files.ts';
import { bucketClient } from '../aws/bucket-client.ts';
import { replicatorAmong } from '../find/find-replicator.ts';
import { followRestore } from './follow-restore.ts';
import { keyFilesOf } from './keys-file.ts';
import { readJson } from '../aws/read-json.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { replicatorsIn } from '../find/replicators.ts';
import { requestOf } from './restore-request.ts';
import type { RestoreOptions } from './restore-request.ts';
import { explainedRead } from './restore-run.ts';
import type { RestoreRun } from './restore-run.ts';
import { findRestoreStack } from '../find/restore-stack.ts';
import type { RestoreStack } from '../find/restore-stack.ts';
import { keyText, restoreText } from './restore-text.ts';
import { startRestore } from './start-restore.ts';
import { UsageError } from '../terminal/usage-error.ts';

export const EXIT_CODES: Readonly<Record<Status, number>> = { COMPLETED: 0, PARTIAL: 3, FAILED: 1, EXPIRED: 1 };
export const INTERRUPTED = 130;

/**
 * Starts a restore, shows how far it is, and tells its report. A token that was used for the same follows that run; alone, it shows it.
 *
 * @returns the exit code: 0 complete, or not agreed to, 3 in part, 1 failed or expired, 130 after Ctrl-C.
 * @throws {UsageError}
 */
export async function restore(options: RestoreOptions, terminal: Terminal): Promise<number> {
  const { from, token = newToken(terminal.now()) } = options;
  if (from === undefined && options.token === undefined)
    throw new UsageError(
      'Say with --from which destination is restored from, or with --token which run is to be shown',
      {
        exitCode: 2,
      },
    );
  // Whatever is wrong with what was asked for is said before anything is looked up, let alone made.
  const keyFiles = options.keysFile === undefined ? [] : await keyFilesOf(options.keysFile);
  const all = await replicatorsIn(options.config);
  const replicator = replicatorAmong(all, { source: options.source, destination: from, file: options.config });
  const { source } = replicator;
  const request =
    from === undefined ? undefined : requestOf(options, { replicator, all, token, keyFiles, now: terminal.now() });
  const stack = await findRestoreStack(source);
  const run = { options, replicator, stack, terminal, files: filesOf(replicator, stack, terminal.signal) };
  const execution =
    request === undefined ? await executionOf(token, run) : await startRestore(request, { ...run, keyFiles });
  if (execution === undefined) {
    terminal.err('Nothing was started, and nothing changed');
    return terminal.signal.aborted ? INTERRUPTED : 0;
  }
  const ended = await followRestore({ execution, token }, run);
  if (ended === undefined) return INTERRUPTED;
  if (ended.phase === 'over') return tellReport(ended.report, run);
  terminal.err(
    `${ended.why}\nWhat was restored stays; start again with a new token to go on.\nTo look at it: aws stepfunctions describe-execution --region ${source.region} --execution-arn ${execution}`,
  );
  return EXIT_CODES.FAILED;
}

/** `20261121-093000-1a2b`. */
export function newToken(now: number): string {
  const [day = '', time = ''] = new Date(now).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').split('T');
  return `${day}-${time}-${randomBytes(2).toString('hex')}`;
}

export function filesOf({ source }: Replicator, { reportsBucket }: RestoreStack, signal: AbortSignal): Files {
  const client = bucketClient(source.region, { attempts: 6, sockets: 32 });
  return s3Files({ name: reportsBucket, owner: source.account, client, signal });
}

/** Of a run that was started before. */
async function executionOf(token: string, { files }: RestoreRun): Promise<string> {
  const begun = await explainedRead(() => readJson<Begun>(files, paths.begun({ token })));
  if (begun === undefined) throw new UsageError(`There is no restore with the token "${token}"`, { exitCode: 2 });
  return begun.execution;
}

async function tellReport(report: Report, { options, stack, terminal, files }: RestoreRun): Promise<number> {
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
    if (terminal.signal.aborted) return;
    const text = (await explainedRead(() => files.read(name)))?.text ?? '';
    for (const line of text.split('\n').filter((one) => one !== '')) {
      if (shown++ === MOST_KEYS_SHOWN) return terminal.out('… and more: see the lists of keys below');
      const told: KeyLine = JSON.parse(line);
      terminal.out(keyText(told));
    }
  }
}
