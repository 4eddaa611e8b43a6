import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseConfiguration } from './parse-configuration.ts';
import { whyUnread } from './why-unread.ts';
import type { Replicator } from './replicator.ts';
import { ConfigurationError } from './configuration-error.ts';

/**
 * Runs the file of a configuration, and checks what it exports by default.
 *
 * @throws {ConfigurationError} if there is no such file, it cannot be run, or what it says cannot be used.
 */
export async function loadConfiguration(
  file: string,
  defaults: { readonly account: string | undefined },
): Promise<readonly Replicator[]> {
  return parseConfiguration(await writtenIn(file), defaults);
}

/** What a file exports by default, not checked yet. @throws {ConfigurationError} if there is no such file, or it cannot be run. */
export async function writtenIn(file: string): Promise<unknown> {
  if (!existsSync(file)) throw ConfigurationError.missing();
  try {
    await readFile(file);
  } catch (cause) {
    throw ConfigurationError.unread(whyUnread(cause) ?? String(cause), cause);
  }
  try {
    const module: unknown = await import(pathToFileURL(resolve(file)).href);
    return typeof module === 'object' && module !== null && 'default' in module ? module.default : undefined;
  } catch (cause) {
    throw ConfigurationError.unreadable(cause);
  }
}
