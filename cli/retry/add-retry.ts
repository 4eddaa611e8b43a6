import { Option } from 'commander';
import type { Command } from 'commander';
import { aKey } from '../terminal/option-values.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { retry } from './retry.ts';
import type { RetryOptions } from './retry.ts';

/** `npm run retry`. */
export function addRetry(program: Command, asking: () => Pick<Terminal, 'ask'>): void {
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
}
