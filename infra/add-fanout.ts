import type { Construct } from 'constructs';
import { addStacks } from './add-stacks.ts';
import type { Configuration } from './config/config.ts';
import { parseConfiguration } from './config/parse-configuration.ts';

/**
 * Checks a configuration, and adds the stacks of all its replicators to an app or a stage. Buckets for which it names no account are in the one of the
 * credentials with which the CDK runs.
 *
 * @throws {ConfigurationError} one for all problems, a line for each: the field, its value and the remedy.
 */
export function addFanout(scope: Construct, configuration: Configuration): void {
  addStacks(scope, parseConfiguration(configuration, { account: process.env['CDK_DEFAULT_ACCOUNT'] }));
}
