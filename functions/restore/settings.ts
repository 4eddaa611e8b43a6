import { required, s3Endpoint } from '../../shared/environment.ts';
import type { Environment } from '../../shared/environment.ts';
import type { RestoreSettings } from './world.ts';

/** What the function's environment says. */
export interface Settings extends RestoreSettings {
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
  };
}
