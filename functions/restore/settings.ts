import { required, s3Endpoint } from '../../shared/environment.ts';
import type { Environment } from '../../shared/environment.ts';
import type { RehearsalSettings } from './rehearsal/world.ts';
import type { RestoreSettings } from './world.ts';

/** What the function's environment says. */
export interface Settings extends RestoreSettings {
  /** Absent: there are no rehearsals. */
  readonly rehearsals: DeployedRehearsals | undefined;
  readonly reportsTopicArn: string | undefined;
  /** Where S3 is, if not where AWS has it. */
  readonly endpoint: string | undefined;
  /** Who reads the answers of listings: our scanner, or, should it ever fail, the SDK. */
  readonly reader: 'scanner' | 'sdk';
}

/** @throws {Error} naming the variable that is missing. */
export function settingsFrom(environment: Environment): Settings {
  return {
    source: required(environment, 'SOURCE_BUCKET'),
    account: required(environment, 'SOURCE_ACCOUNT'),
    region: required(environment, 'AWS_REGION'),
    reportsBucket: required(environment, 'REPORTS_BUCKET'),
    reportsTopicArn: environment['REPORTS_TOPIC_ARN'],
    endpoint: s3Endpoint(environment),
    reader: environment['LISTING_READER'] === 'sdk' ? 'sdk' : 'scanner',
    inFlight: 128,
    planned: 64,
    rehearsals: environment['SCRATCH_BUCKET'] === undefined ? undefined : rehearsalsFrom(environment),
  };
}

export interface DeployedRehearsals extends RehearsalSettings {
  readonly sourceRegion: string;
  /** Of the source, to which the destinations are subscribed. */
  readonly topicArn: string;
  readonly stateMachineArn: string;
}

function rehearsalsFrom(environment: Environment): DeployedRehearsals {
  return {
    sourceRegion: required(environment, 'SOURCE_REGION'),
    topicArn: required(environment, 'TOPIC_ARN'),
    stateMachineArn: required(environment, 'STATE_MACHINE_ARN'),
    scratchBucket: required(environment, 'SCRATCH_BUCKET'),
    objects: Number(required(environment, 'REHEARSAL_OBJECTS')),
    historyDays: Number(required(environment, 'HISTORY_DAYS')),
    maxBytes: Number(required(environment, 'REHEARSAL_MAX_BYTES')),
  };
}
