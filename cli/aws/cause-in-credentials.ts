import type { Environment } from '../../shared/environment.ts';
import { errorCode } from '../../shared/s3/s3-answer.ts';
import type { Cause } from './cause.ts';

export function ofClock(error: Error): Cause | undefined {
  if (!CLOCK.has(errorCode(error)) && !/Signature (expired|not yet current)/i.test(error.message)) return undefined;
  const why = `the clock of this machine is wrong by more than AWS accepts: here it is ${new Date().toISOString()}`;
  return { kind: 'clock', why, remedy: 'set the clock' };
}

const CLOCK: ReadonlySet<string> = new Set(['RequestTimeTooSkewed', 'RequestInTheFuture']);

export function ofCredentials(error: Error, environment: Environment): Cause | undefined {
  const code = errorCode(error);
  const profile = environment['AWS_PROFILE'];
  if (EXPIRED.has(code) || (FROM_PROVIDERS.has(code) && /expired|reauthenticate/i.test(error.message))) {
    const why = `the AWS credentials in use have expired${profile === undefined ? '' : ` (AWS_PROFILE=${profile})`}`;
    const remedy = `log in again, as with: aws sso login${profile === undefined ? '' : ` --profile ${profile}`}`;
    return { kind: 'expired', why, remedy };
  }
  if (FROM_PROVIDERS.has(code)) {
    if (/using profile|profile .*not be found|session/i.test(error.message))
      return {
        kind: 'no credentials',
        why: error.message.replace(/\.$/, ''),
        remedy: 'log in, or set AWS_PROFILE to a profile that there is',
      };
    return { kind: 'no credentials', why: 'there are no AWS credentials', remedy: 'log in, or set AWS_PROFILE' };
  }
  if (!NOT_ACCEPTED.has(code)) return undefined;
  const why = `AWS does not accept the credentials in use (${code})`;
  const remedy =
    code === 'OptInRequired' || code === 'SubscriptionRequiredException'
      ? 'the account has not enabled that Region, or that service'
      : 'check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN and AWS_PROFILE; a Region that the account has not enabled answers the same, and so does another partition (China, GovCloud) than AWS_REGION';
  return { kind: 'not accepted', why, remedy };
}

const FROM_PROVIDERS: ReadonlySet<string> = new Set([
  'CredentialsProviderError',
  'TokenProviderError',
  'ProviderError',
]);

const EXPIRED: ReadonlySet<string> = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'ExpiredTokenError',
  'TokenRefreshRequired',
  'RequestExpired',
]);

const NOT_ACCEPTED: ReadonlySet<string> = new Set([
  'InvalidClientTokenId',
  'InvalidAccessKeyId',
  'UnrecognizedClientException',
  'UnrecognizedClient',
  'InvalidToken',
  'InvalidSecurity',
  'SignatureDoesNotMatch',
  'InvalidSignatureException',
  'InvalidSignature',
  'IncompleteSignature',
  'IncompleteSignatureException',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'AuthFailure',
  'NotSignedUp',
  'OptInRequired',
  'SubscriptionRequiredException',
]);
