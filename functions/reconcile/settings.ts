import { required, s3Endpoint } from '../../shared/environment.ts';
import type { Environment } from '../../shared/environment.ts';
import type { ReconcileSettings, ScrubSettings } from './world.ts';

/** What the function's environment says. */
export interface Settings extends ReconcileSettings {
  readonly region: string;
  readonly reportsTopicArn: string | undefined;
  /** Where S3 is, if not where AWS has it. */
  readonly endpoint: string | undefined;
  readonly functionName: string;
  /** Who reads the answers of listings: our scanner, or, should it ever fail, the SDK. */
  readonly reader: 'scanner' | 'sdk';
}

/** @throws {Error} naming the variable that is missing or wrong. */
export function settingsFrom(environment: Environment): Settings {
  return {
    source: {
      bucket: required(environment, 'SOURCE_BUCKET'),
      owner: required(environment, 'SOURCE_ACCOUNT'),
      region: required(environment, 'SOURCE_REGION'),
    },
    topicArn: required(environment, 'TOPIC_ARN'),
    region: required(environment, 'AWS_REGION'),
    functionName: required(environment, 'AWS_LAMBDA_FUNCTION_NAME'),
    reportsBucket: required(environment, 'REPORTS_BUCKET'),
    reportsTopicArn: environment['REPORTS_TOPIC_ARN'],
    endpoint: s3Endpoint(environment),
    maxBytesPerRun: count(environment, 'MAX_BYTES_PER_RUN', 1024 ** 4),
    eventMinutes: count(environment, 'EVENT_MINUTES', 15),
    quietSeconds: count(environment, 'QUIET_SECONDS', 120),
    secondPassSeconds: count(environment, 'SECOND_PASS_SECONDS', 600),
    listings: count(environment, 'LISTINGS', 128),
    reader: environment['LISTING_READER'] === 'sdk' ? 'sdk' : 'scanner',
    ...(environment['SCRUB_SHARE'] !== undefined && { scrub: scrubSettings(environment) }),
  };
}

function scrubSettings(environment: Environment): ScrubSettings {
  const share = count(environment, 'SCRUB_SHARE', 0);
  if (share === 0 || share > 1)
    throw new Error(`The environment variable SCRUB_SHARE is "${share}", but must be above 0 and up to 1`);
  return {
    share,
    maxBytesPerRun: count(environment, 'SCRUB_MAX_BYTES_PER_RUN', 0),
    maxObjectBytes: count(environment, 'SCRUB_MAX_OBJECT_BYTES', 0),
  };
}

function count(environment: Environment, name: string, otherwise: number): number {
  const text = environment[name];
  if (text === undefined) return otherwise;
  const number = Number(text);
  if (text !== '' && Number.isFinite(number) && number >= 0) return number;
  throw new Error(`The environment variable ${name} is "${text}", but must be a number that is not negative`);
}
