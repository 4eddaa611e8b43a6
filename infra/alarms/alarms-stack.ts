import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { alarmsStackName } from '../../shared/names.ts';
import { AlarmsTopic } from './alarms-topic.ts';
import type { Replicator } from '../config/replicator.ts';
import { addDashboard } from './dashboard.ts';
import { markAsOurs } from '../parts/mark-as-ours.ts';

/**
 * Where the alarms of a replicator in one Region go, and the dashboard of that Region. The alarms themselves are in the stacks of what they
 * watch, and are there without this one, too.
 */
export class FanoutAlarms extends Stack {
  constructor(
    scope: Construct,
    id: string,
    { replicator, region }: { readonly replicator: Replicator; readonly region: string },
  ) {
    const { source, alarms } = replicator;
    super(scope, id, {
      stackName: alarmsStackName(source.bucket, region),
      env: { account: source.account, region },
      description: `Tells of alarms about ${source.bucket} and its copies in ${region}`,
    });
    markAsOurs(this, source.bucket);
    new AlarmsTopic(this, 'Topic', { sourceBucket: source.bucket, addresses: alarms.notify });
    if (alarms.dashboard) addDashboard(this, 'Dashboard', replicator);
  }
}

/** The Regions in which a replicator has alarms. */
export function regionsOf({ source, destinations }: Pick<Replicator, 'source' | 'destinations'>): readonly string[] {
  return [...new Set([source, ...destinations].map(({ region }) => region))];
}
