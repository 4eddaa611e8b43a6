import { setTimeout } from 'node:timers/promises';
import { styleText } from 'node:util';
import { Command, InvalidArgumentError, Option } from 'commander';
import { TIERS } from '../functions/restore/request.ts';
import { STORAGE_CLASSES } from '../shared/objects/storage-classes.ts';
import { objectKey } from '../shared/objects/object-key.ts';
import type { ObjectKey } from '../shared/objects/object-key.ts';
import { asker } from './terminal/asker.ts';
import { findDestination } from './find/find-destination.ts';
import { history } from './history/history.ts';
import type { HistoryOptions } from './history/history.ts';
import { reconcile } from './reconcile/reconcile.ts';
import type { ReconcileOptions } from './reconcile/reconcile.ts';
import type { Terminal } from './terminal/terminal.ts';
import { rehearse } from './restore/rehearse.ts';
import { restore } from './restore/restore.ts';
import type { RestoreOptions } from './restore/restore-request.ts';
import { retry } from './retry/retry.ts';
import type { RetryOptions } from './retry/retry.ts';
import { status } from './status/status.ts';
import type { StatusOptions } from './status/status.ts';
import { switchInbox } from './pause/switch-inbox.ts';

/**
 * What `npm run pause`, `npm run resume` and their like understand, and do. The AWS credentials in use say which account is meant.
 *
 * @param leaving aborts where whoever called it wants no more.
 */
export function programOf(leaving: AbortController): Command {
  const program = new Command('npm run').exitOverride();

  program
    .command('pause')
    .description('stops copying to one destination; what changes meanwhile waits in its inbox, for at most 4 days')
    .argument('<destination>', 'the bucket')
    .option('--config <file>', 'the configuration', 'replicator.config.ts')
    .action(async (bucket: string, { config }: { config: string }) => {
      await switchInbox(await findDestination(bucket, config), 'off');
      console.log(`Paused: what changes waits in the inbox of ${bucket}, each message for at most 4 days.`);
      console.log(`To go on: npm run resume -- ${bucket}`);
    });

  program
    .command('resume')
    .description('goes on copying to a destination that was paused')
    .argument('<destination>', 'the bucket')
    .option('--config <file>', 'the configuration', 'replicator.config.ts')
    .action(async (bucket: string, { config }: { config: string }) => {
      await switchInbox(await findDestination(bucket, config), 'on');
      console.log(`Resumed: ${bucket} is being brought up to date.`);
    });

  program
    .command('reconcile')
    .description('compares a source with its destinations, now; repairs what differs; tells the report')
    .option('--source <bucket>', 'needed only if the configuration has several')
    .option('--destination <bucket>', 'only this one')
    .addOption(new Option('--prefix <prefix>', 'only keys that begin with this').argParser(notEmpty))
    .option('--verify-only', 'compares and reports; repairs nothing')
    .addOption(
      new Option('--event-minutes <n>', 'younger differences are left to events (as configured)').argParser(
        notNegative,
      ),
    )
    .option('--json', 'prints the report as JSON, and nothing else, on standard output (npm run --silent …)')
    .option('--estimate', 'starts nothing: tells requests, bytes and cost')
    .addOption(
      new Option('--follow [run]', 'starts nothing: follows the run under way, or shows the last report').conflicts([
        'estimate',
        'destination',
        'prefix',
        'verifyOnly',
        'eventMinutes',
      ]),
    )
    .option('--config <file>', 'the configuration', 'replicator.config.ts')
    .addHelpText(
      'after',
      '\nExit codes: 0 equal, or all repaired; 3 differences remain; 1 the run failed, or there is none; 2 wrong usage;\n130 after Ctrl-C, which leaves the run going.',
    )
    .action(async (options: ReconcileOptions) => {
      process.exitCode = await reconcile(options, terminal());
    });

  program
    .command('restore')
    .description('brings objects back out of a destination; overwrites nothing unless told to')
    .option('--from <destination>', 'the bucket that they come out of')
    .option('--to <bucket>', 'into this bucket, which is there')
    .option('--to-source', 'into the source')
    .option('--new-bucket <name>', 'into a bucket that is made for it')
    .addOption(new Option('--prefix <prefix>', 'only keys that begin with this').argParser(notEmpty))
    .addOption(new Option('--key <key>', 'only this one').argParser(aKey))
    .option('--keys-file <file>', 'only those in this file, one in each line')
    .option('--at <time>', 'as the source was then: 2026-11-21T09:00:00Z, or another zone')
    .option('--version <id>', 'this version of the destination; with --key')
    .option('--undelete', 'also what had been removed')
    .addOption(
      new Option('--existing <what>', 'of objects that the target has').choices(['skip', 'replace']).default('skip'),
    )
    .addOption(
      new Option('--encryption <how>', 'of what is restored').choices(['as-is', 'sse-s3', 'sse-kms']).default('as-is'),
    )
    .option('--kms-key <arn>', 'with sse-kms; without: the key that AWS keeps for S3')
    .addOption(new Option('--storage-class <class>', 'of what is restored (STANDARD)').choices(STORAGE_CLASSES))
    .addOption(new Option('--tier <tier>', 'how fast archives give back').choices(TIERS).default('standard'))
    .option('--dry-run', 'lists what it would do, and changes nothing')
    .addOption(
      new Option(
        '--rehearse',
        'tries a restore of some objects from all destinations, or one, and compares them',
      ).conflicts(['to', 'toSource', 'newBucket', 'prefix', 'key', 'keysFile', 'at', 'version', 'undelete', 'dryRun']),
    )
    .option('--yes', 'starts without asking; without a terminal needed for what overwrites, or costs more than $10')
    .option('--token <token>', 'the same token is the same run; alone, it shows that run')
    .option('--source <bucket>', 'needed only if the configuration has several')
    .option('--json', 'prints the report as JSON, and nothing else, on standard output (npm run --silent …)')
    .option('--config <file>', 'the configuration', 'replicator.config.ts')
    .addHelpText(
      'after',
      '\nExit codes: 0 all of it; 3 a part of it; 1 nothing, or an error; 2 wrong usage; 130 after Ctrl-C, which leaves the restore going.',
    )
    .action(async (options: RestoreOptions & { readonly rehearse?: boolean }) => {
      process.exitCode = await (options.rehearse === true ? rehearse : restore)(options, terminal());
    });

  program
    .command('status')
    .description('tells whether all is well, and if not, what to do; changes nothing')
    .option('--source <bucket>', 'needed only if the configuration has several')
    .option('--destination <bucket>', 'only this one')
    .addOption(
      new Option('--key <key>', 'one object at the source and at every destination, now and as recorded')
        .argParser(aKey)
        .conflicts('failed'),
    )
    .option('--failed', 'the objects that failed or cannot be copied, with the reasons, and odd messages')
    .addOption(
      new Option('--limit <n>', 'with --failed: so many objects of each kind').argParser(positive).default(100),
    )
    .option('--verbose', 'all that was looked at, in a table for each bucket')
    .option('--json', 'prints JSON, and nothing else, on standard output (npm run --silent …)')
    .option('--config <file>', 'the configuration', 'replicator.config.ts')
    .addHelpText(
      'after',
      '\nExit codes: 0 all is well; 3 something is wrong, or could not be read; 1 an error; 2 wrong usage.',
    )
    .action(async (options: StatusOptions) => {
      process.exitCode = await status(options, {
        out: console.log,
        now: Date.now,
        paint: (how, text) => styleText(how, text, { stream: process.stdout }),
      });
    });

  program
    .command('retry')
    .description('puts keys back into the inbox, to be looked at again')
    .option('--source <bucket>', 'needed only if the configuration has several')
    .option('--destination <bucket>', 'only this one')
    .addOption(new Option('--key <key>', 'this one').argParser(aKey).conflicts('failed'))
    .option('--failed', 'all that failed: the messages of the queue of the failed, and what the ledger knows')
    .option('--yes', 'starts without asking; without a terminal needed for what costs more than $10')
    .option('--config <file>', 'the configuration', 'replicator.config.ts')
    .addHelpText('after', '\nExit codes: 0 done; 3 messages stay that nobody understands; 1 an error; 2 wrong usage.')
    .action(async (options: RetryOptions) => {
      process.exitCode = await retry(options, { out: console.log, now: Date.now, ...asking() });
    });

  program
    .command('history')
    .description('tells what the source held of a key when, and what each destination has of it')
    .requiredOption('--key <key>', 'the key, as it is')
    .option('--destination <bucket>', 'only this one')
    .option('--source <bucket>', 'needed only if the configuration has several')
    .option('--json', 'prints it as JSON, and nothing else, on standard output (npm run --silent …)')
    .option('--config <file>', 'the configuration', 'replicator.config.ts')
    .addHelpText(
      'after',
      '\nExit codes: 0 something is known; 3 a part could not be read; 1 nothing is known of the key, or an error; 2 wrong usage.',
    )
    .action(async (options: HistoryOptions) => {
      const { signal } = new AbortController();
      process.exitCode = await history(options, { out: console.log, err: console.error, signal });
    });

  return program;

  function terminal(): Terminal {
    // Not once: a library that shows the cursor again at the end kills the process if nobody else listens any more.
    process.on('SIGINT', () => (leaving.signal.aborted ? process.exit(130) : leaving.abort()));
    return {
      out: console.log,
      err: console.error,
      tty: process.stdout.isTTY,
      signal: leaving.signal,
      ...asking(),
      pause: (milliseconds, signal) => setTimeout(milliseconds, undefined, { signal }),
      now: Date.now,
    };
  }

  /** Whoever sits at a terminal can be asked. */
  function asking(): Pick<Terminal, 'ask'> {
    return process.stdin.isTTY && process.stderr.isTTY ? { ask: asker(leaving.signal) } : {};
  }
}

function notEmpty(text: string): string {
  if (text === '') throw new InvalidArgumentError('It is empty: leave it out for all keys.');
  return text;
}

function notNegative(text: string): number {
  const number = Number(text);
  if (text.trim() === '' || !Number.isFinite(number) || number < 0)
    throw new InvalidArgumentError('Write a number that is not negative.');
  return number;
}

function positive(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('Write a whole number from 1 on.');
  return number;
}

function aKey(text: string): ObjectKey {
  try {
    return objectKey(text);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}
