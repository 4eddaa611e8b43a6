import { type App, Tags } from 'aws-cdk-lib';
import { destinationStackName, reconcileStackName, sourceStackName } from '../shared/names.ts';
import type { Replicator } from './config.ts';
import { DestinationStack } from './destination-stack.ts';
import { ReconcileStack } from './reconcile-stack.ts';
import { SourceStack } from './source-stack.ts';

/**
 * One stack for each source, for each destination, and for the nightly comparison of each source.
 *
 * No stack refers to another one: what they share are names, so each is deployed, changed and deleted by itself.
 */
export function addStacks(app: App, replicators: readonly Replicator[]): void {
  for (const { source, destinations, reconcile, canary, scrub } of replicators) {
    const stacks = [
      new SourceStack(app, sourceStackName(source.bucket), { source }),
      ...destinations.map(
        (destination) =>
          new DestinationStack(app, destinationStackName(destination.bucket), { source, destination, canary, scrub }),
      ),
      new ReconcileStack(app, reconcileStackName(source.bucket), { source, reconcile, canary, scrub }),
    ];
    for (const stack of stacks) Tags.of(stack).add('s3-fanout-replicator', source.bucket);
  }
}
