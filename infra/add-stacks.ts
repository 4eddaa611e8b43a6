import { type App, Tags } from 'aws-cdk-lib';
import {
  alarmsStackName,
  destinationStackName,
  reconcileStackName,
  restoreStackName,
  sourceStackName,
} from '../shared/names.ts';
import { AlarmsStack, regionsOf } from './alarms/alarms-stack.ts';
import type { Replicator } from './config/replicator.ts';
import { DestinationStack } from './destination/destination-stack.ts';
import { makePoliciesAgain } from './parts/made-again.ts';
import { ReconcileStack } from './reconcile/reconcile-stack.ts';
import { RestoreStack } from './restore/restore-stack.ts';
import { SourceStack } from './source/source-stack.ts';

/**
 * One stack for each source, for each destination, for the nightly comparison of each source and for restores out of its copies, and for the alarms of each in a Region.
 *
 * No stack refers to another one: what they share are names, so each is deployed, changed and deleted by itself.
 */
export function addStacks(app: App, replicators: readonly Replicator[]): void {
  for (const replicator of replicators) {
    const { source, destinations } = replicator;
    const stacks = [
      new SourceStack(app, sourceStackName(source.bucket), replicator),
      ...destinations.map(
        (destination) =>
          new DestinationStack(app, destinationStackName(destination.bucket), { ...replicator, destination }),
      ),
      new ReconcileStack(app, reconcileStackName(source.bucket), replicator),
      new RestoreStack(app, restoreStackName(source.bucket), replicator),
      ...regionsOf(replicator).map(
        (region) => new AlarmsStack(app, alarmsStackName(source.bucket, region), { replicator, region }),
      ),
    ];
    for (const stack of stacks) Tags.of(stack).add('s3-fanout-replicator', source.bucket);
  }
  makePoliciesAgain(app);
}
