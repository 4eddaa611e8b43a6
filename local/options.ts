import { Command, type CommanderError, InvalidArgumentError } from 'commander';
import { join, resolve } from 'node:path';
import { projectFolder } from './project-folder.ts';

export interface Options {
  /** The user's own; `undefined`: the default one. */
  readonly folder: string | undefined;
  /** End after the table. */
  readonly once: boolean;
  readonly port: number | undefined;
  readonly deployTimeout: number;
  readonly config: string;
}

/** Reads the command line. Ends the process after `--help`, and with exit code 2 and a message if it is wrong. */
export function readOptions(args: readonly string[]): Options {
  const command = new Command('npm start --')
    .usage('[folder] [options]')
    .description(
      'Starts an AWS on this machine, deploys the stacks of the configuration into it, puts a folder into the source bucket ' +
        'and compares every destination with it. Of several replicators, the first gets the folder.',
    )
    .argument('[folder]', 'the folder to put (default: part of node_modules, and objects with odd names)', aName)
    .option('--once', 'end after the comparison: exit code 0 if all is equal, otherwise 1', false)
    .option('--port <number>', 'the port on 127.0.0.1 (default: a free one)', wholeNumber(1, 65_535))
    .option(
      '--deploy-timeout <seconds>',
      'give up a deploy that gets no further for so long',
      wholeNumber(1, 86_400),
      300,
    )
    .option('--config <file>', 'the configuration', aName, join(projectFolder, 'replicator.config.ts'))
    .allowExcessArguments(false)
    .showHelpAfterError('(see npm start -- --help)')
    .exitOverride(({ exitCode }: CommanderError) => process.exit(exitCode === 0 ? 0 : 2))
    .parse(args, { from: 'user' });
  const { config, ...others } = command.opts<Omit<Options, 'folder'>>();
  const [folder] = command.args;
  // npm changes to the project's folder, and tells in which one it was called.
  const here = process.env['INIT_CWD'] ?? process.cwd();
  return { ...others, config: resolve(here, config), folder: folder === undefined ? undefined : resolve(here, folder) };
}

/** An empty one would be the folder that npm was called in: what a script gives whose variable is not set. */
function aName(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It is empty: name one, or leave it out.');
  return text;
}

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least || value > most) {
      throw new InvalidArgumentError(`Write a whole number from ${least} to ${most}.`);
    }
    return value;
  };
}
