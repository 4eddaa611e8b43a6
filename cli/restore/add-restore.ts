import { Option } from 'commander';
import type { Command } from 'commander';
import { TIERS } from '../../functions/restore/request.ts';
import { STORAGE_CLASSES } from '../../shared/objects/storage-classes.ts';
import { aKey, notEmpty } from '../terminal/option-values.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { rehearse } from './rehearse.ts';
import type { RestoreOptions } from './restore-request.ts';
import { restore } from './restore.ts';

/** `npm run restore`. */
export function addRestore(program: Command, terminal: () => Terminal): void {
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
}
