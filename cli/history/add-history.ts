import type { Command } from 'commander';
import { history } from './history.ts';
import type { HistoryOptions } from './history.ts';

/** `npm run history`. */
export function addHistory(program: Command): void {
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
}
