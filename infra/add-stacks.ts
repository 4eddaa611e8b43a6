import type { Construct } from 'constructs';
import {
  alarmsStackName,
  destinationStackName,
  reconcileStackName,
  restoreStackName,
  sourceStackName,
} from '../shared/names.ts';
import { FanoutAlarms, regionsOf } from './alarms/alarms-stack.ts';
import type { Replicator } from './config/replicator.ts';
import { FanoutDestination } from './destination/destination-stack.ts';
import { makePoliciesAgain } from './parts/made-again.ts';
import { FanoutReconcile } from './reconcile/reconcile-stack.ts';
import { FanoutRestore } from './restore/restore-stack.ts';
import { FanoutSource } from './source/source-stack.ts';

/**
 * One stack for each source, for each destination, for the nightly comparison of each source and for restores out of its copies, and for the alarms of each in a Region.
 *
 * No stack refers to another one: what they share are names, so each is deployed, changed and deleted by itself.
 */
export function addStacks(scope: Construct, replicators: readonly Replicator[]): void {
  for (const replicator of replicators) {
    const { source, destinations } = replicator;
    const stacks = [
      new FanoutSource(scope, sourceStackName(source.bucket), replicator),
      ...destinations.map(
        (destination) =>
          new FanoutDestination(scope, destinationStackName(destination.bucket), { ...replicator, destination }),
      ),
      new FanoutReconcile(scope, reconcileStackName(source.bucket), replicator),
      new FanoutRestore(scope, restoreStackName(source.bucket), replicator),
      ...regionsOf(replicator).map(
        (region) => new FanoutAlarms(scope, alarmsStackName(source.bucket, region), { replicator, region }),
      ),
    ];
    for (const stack of stacks) makePoliciesAgain(stack);
  }
}
