import { App } from 'aws-cdk-lib';
import { addStacks } from './add-stacks.ts';
import { ConfigurationError } from './config/configuration-error.ts';
import { loadConfiguration } from './config/load-configuration.ts';

/** What the CDK runs: from the configuration to stacks. Another file is named by `-c config=<path>`. */
const app = new App({ analyticsReporting: false });
const file = String(app.node.tryGetContext('config') ?? 'replicator.config.ts');

try {
  addStacks(app, await loadConfiguration(file, { account: process.env.CDK_DEFAULT_ACCOUNT }));
} catch (error) {
  // A stack trace would only hide the message: what is to be mended is in the configuration, not here.
  if (!(error instanceof ConfigurationError)) throw error;
  console.error(`${file}: ${error.message}`);
  process.exit(1);
}
