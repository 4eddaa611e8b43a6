import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { cdkFailure } from './cdk-failure.ts';
import { cleanEnvironment } from './clean-environment.ts';
import type { Emulator } from './emulator.ts';
import { logFile } from './log-file.ts';
import { Problem } from './problem.ts';
import { startGroup } from './process-group.ts';
import { projectFolder } from './project-folder.ts';
import { silence } from './silence.ts';

export interface CdkOptions {
  readonly emulator: Pick<Emulator, 'name' | 'environment' | 'folder'>;
  /** The configuration whose stacks these are. */
  readonly config: string;
  /** Where `cdk synth` has left these stacks already: what is the same need not be made again for each call. */
  readonly assembly?: string | undefined;
  /** For so long it may be silent. @default 300 */
  readonly limitSeconds?: number | undefined;
}

/**
 * Runs the project's `cdk` on the emulator, as a user would run it on AWS.
 *
 * A deploy that waits for an answer that never comes would hang for an hour, hence the limit, which goes by what it tells: on a busy machine it
 * may take long.
 *
 * @throws {Problem} if it fails or does not get on: what failed, why, and where the whole output is.
 */
export async function cdk(args: readonly [string, ...string[]], options: CdkOptions): Promise<void> {
  const { emulator, limitSeconds = 300 } = options;
  const doing = `cdk ${args[0]}`;
  const log = await logFile(`${emulator.name}-cdk-${args[0]}`);
  const { size: begin } = await stat(log);
  const output = async () => (await readFile(log)).subarray(begin).toString();
  const group = startGroup(['cdk', ...args, ...appOf(options), ...QUIET], {
    env: cleanEnvironment({ ...emulator.environment, NO_COLOR: '1' }),
    cwd: projectFolder,
    log,
  });
  const over = new AbortController();
  const outcome = await Promise.race([
    group.ended,
    silence(output, { limitMs: limitSeconds * 1000, signal: over.signal }),
  ]);
  over.abort();
  if (outcome === 0) return;
  await group.stop(5_000);
  const reason = outcome === 'silent' ? `got no further for ${limitSeconds} s and was ended` : 'failed';
  throw new Problem(
    `${doing} ${reason}:\n\n${cdkFailure(await output())}\n\nMend what it names, then start again; the whole output is in ${log}`,
  );
}

/** Makes the stacks of the configuration, unless they are made already. @returns the options, with where they are. */
export async function synthesize<Options extends CdkOptions>(options: Options): Promise<Options> {
  if (options.assembly !== undefined) return options;
  await cdk(['synth', '--quiet'], options);
  return { ...options, assembly: assemblyOf(options) };
}

function appOf({ assembly, ...options }: CdkOptions): readonly string[] {
  if (assembly !== undefined) return ['--app', assembly];
  return ['--context', `config=${options.config}`, '--output', assemblyOf(options)];
}

function assemblyOf({ emulator }: CdkOptions): string {
  return join(emulator.folder, 'cdk.out');
}

const QUIET = ['--no-color', '--no-notices', '--ci', '--progress', 'events'];
