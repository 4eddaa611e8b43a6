import type { Command } from 'commander';
import { findDestination } from '../find/find-destination.ts';
import { switchInbox } from './switch-inbox.ts';

/** `npm run pause`, `npm run resume`. */
export function addPauseAndResume(program: Command): void {
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
}
