/** What the package `s3-fanout-replicator` exports. */
export { addFanout } from './add-fanout.ts';
export { FanoutAlarms } from './alarms/alarms-stack.ts';
export type * from './config/config.ts';
export { ConfigurationError } from './config/configuration-error.ts';
export { parseConfiguration } from './config/parse-configuration.ts';
export type { Destination, Replicator, Source } from './config/replicator.ts';
export { FanoutDestination } from './destination/destination-stack.ts';
export { FanoutReconcile } from './reconcile/reconcile-stack.ts';
export { FanoutRestore } from './restore/restore-stack.ts';
export { FanoutSource } from './source/source-stack.ts';
