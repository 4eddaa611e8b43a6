import { Option } from 'commander';
import type { Command } from 'commander';
import { notEmpty, notNegative } from '../terminal/option-values.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { reconcile } from './reconcile.ts';
import type { ReconcileOptions } from './reconcile.ts';

/** `npm run reconcile`. */
export function addReconcile(program: Command, terminal: () => Terminal): void {
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
}
