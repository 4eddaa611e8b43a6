import { Command } from 'commander';
import { ConfigurationError } from '../infra/configuration-error.ts';
import { findDestination } from './find-destination.ts';
import { switchInbox } from './switch-inbox.ts';
import { UsageError } from './usage-error.ts';

/** What `npm run pause`, `npm run resume` and their like run. The AWS credentials in use say which account is meant. */
const program = new Command('npm run');

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

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof UsageError || error instanceof ConfigurationError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
