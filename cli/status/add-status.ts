import { styleText } from 'node:util';
import { Option } from 'commander';
import type { Command } from 'commander';
import { aKey, positive } from '../terminal/option-values.ts';
import { status } from './status.ts';
import type { StatusOptions } from './status.ts';
import { workingLine } from '../terminal/working-line.ts';

/** `npm run status`. */
export function addStatus(program: Command): void {
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
    .addOption(new Option('--limit <n>', 'with --failed: so many objects of each kind (100)').argParser(positive))
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
        ...(process.stderr.isTTY && { working: workingLine(process.stderr) }),
      });
    });
}
