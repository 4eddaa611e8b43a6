import { required, s3Endpoint } from '../../shared/environment.ts';
import type { Environment } from '../../shared/environment.ts';

/** What the function's environment says. */
export interface Settings {
  readonly source: { readonly bucket: string; readonly owner: string; readonly region: string };
  readonly topicArn: string;
  readonly withinSeconds: number;
  readonly region: string;
  readonly functionName: string;
  /** Where S3 is, if not where AWS has it. */
  readonly endpoint: string | undefined;
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
    withinSeconds: seconds(required(environment, 'WITHIN_SECONDS')),
    region: required(environment, 'AWS_REGION'),
    functionName: required(environment, 'AWS_LAMBDA_FUNCTION_NAME'),
    endpoint: s3Endpoint(environment),
  };
}

function seconds(text: string): number {
  const number = Number(text);
  if (number > 0 && number <= 900) return number;
  throw new Error(`The environment variable WITHIN_SECONDS is "${text}", but must be a number from 1 to 900`);
}
