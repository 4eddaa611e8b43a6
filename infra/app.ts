import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { App } from 'aws-cdk-lib';
import { addStacks } from './add-stacks.ts';
import { parseConfiguration } from './config.ts';
import { ConfigurationError } from './configuration-error.ts';

/** What the CDK runs: from the configuration to stacks. Another file is named by `-c config=<path>`. */
const app = new App({ analyticsReporting: false });
const file = String(app.node.tryGetContext('config') ?? 'replicator.config.ts');

try {
  const configuration = await load(file);
  addStacks(app, parseConfiguration(configuration, { account: process.env.CDK_DEFAULT_ACCOUNT }));
} catch (error) {
  // A stack trace would only hide the message: what is to be mended is in the configuration, not here.
  if (!(error instanceof ConfigurationError)) throw error;
  console.error(`${file}: ${error.message}`);
  process.exit(1);
}

async function load(path: string): Promise<unknown> {
  if (!existsSync(path)) throw ConfigurationError.missing();
  try {
    const module: unknown = await import(pathToFileURL(resolve(path)).href);
    return defaultExport(module);
  } catch (cause) {
    throw ConfigurationError.unreadable(cause);
  }
}

function defaultExport(module: unknown): unknown {
  return typeof module === 'object' && module !== null && 'default' in module ? module.default : undefined;
}
