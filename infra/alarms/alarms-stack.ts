import { type App, Stack } from 'aws-cdk-lib';
import { AlarmsTopic } from './alarms-topic.ts';
import type { Replicator } from '../config/replicator.ts';
import { addDashboard } from './dashboard.ts';

/**
 * Where the alarms of a replicator in one Region go, and the dashboard of that Region. The alarms themselves are in the stacks of what they
 * watch, and are there without this one, too.
 */
export class AlarmsStack extends Stack {
  constructor(
    app: App,
    id: string,
    { replicator, region }: { readonly replicator: Replicator; readonly region: string },
  ) {
    const { source, alarms } = replicator;
    super(app, id, {
      env: { account: source.account, region },
      description: `Tells of alarms about ${source.bucket} and its copies in ${region}`,
    });
    new AlarmsTopic(this, 'Topic', { sourceBucket: source.bucket, addresses: alarms.notify });
    if (alarms.dashboard) addDashboard(this, 'Dashboard', replicator);
  }
}

/** The Regions in which a replicator has alarms. */
export function regionsOf({ source, destinations }: Pick<Replicator, 'source' | 'destinations'>): readonly string[] {
  return [...new Set([source, ...destinations].map(({ region }) => region))];
}
