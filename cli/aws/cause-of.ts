import type { Environment } from '../../shared/environment.ts';
import { errorCode, statusOf } from '../../shared/s3/s3-answer.ts';
import type { Cause } from './cause.ts';
import { field, localEndpoint } from './error-field.ts';
import { ofProxy, ofNetwork } from './cause-in-network.ts';
import { ofClock, ofCredentials } from './cause-in-credentials.ts';

/**
 * Tells the cause of an error, whatever has been wrapped around it. The names are those of the services:
 *
 *     what is seen                                                 kind
 *     no answer: refused, reset, no such host, time-out, TLS       network, or proxy where one is set and is what failed
 *     no credentials found; no such profile                        no credentials
 *     ExpiredToken, an SSO session that has expired                expired
 *     InvalidClientTokenId, SignatureDoesNotMatch and the like     not accepted
 *     RequestTimeTooSkewed, "Signature expired", "not yet current" clock
 *     an answer that is neither XML nor JSON of AWS                not AWS
 *     Throttling…, SlowDown, 429                                   throttled
 *     500, 502, 503, 504                                           AWS
 *     301, PermanentRedirect, AuthorizationHeaderMalformed         Region
 *     AccessDenied…, AuthorizationError, 403                       denied
 *     a listing that is not in order, not encoded and the like     listing
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
export function causeOf(error: unknown, environment: Environment = process.env): Cause {
  const chain = chainOf(error);
  for (const look of LOOKS) {
    for (const one of chain) {
      const cause = look(one, environment);
      // Of a HEAD, which has no body, whoever asked for it says more.
      if (cause?.kind === 'denied' && cause.remedy === undefined) return { ...cause, why: messageOf(error) };
      if (cause !== undefined) return cause;
    }
  }
  return { kind: 'other', why: messageOf(error) };
}

/** An error, then what it was caused by, and what it holds together. */
function chainOf(error: unknown): readonly Error[] {
  const chain: Error[] = [];
  const visit = (one: unknown): void => {
    if (!(one instanceof Error) || chain.includes(one) || chain.length > 20) return;
    chain.push(one);
    visit(one.cause);
    if (one instanceof AggregateError) for (const inner of one.errors) visit(inner);
  };
  visit(error);
  return chain;
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.message !== '')
    return error.message.startsWith('Cannot ') || error.name === 'Error'
      ? error.message
      : `${error.name}: ${error.message}`;
  return errorCode(error);
}

type Look = (error: Error, environment: Environment) => Cause | undefined;

/** In this order: what is nearest to the wire is most certain. */
const LOOKS: readonly Look[] = [
  ofProxy,
  ofNetwork,
  ofClock,
  ofCredentials,
  ofThrottling,
  ofRegion,
  ofDenial,
  ofListing,
  ofOtherServer,
  ofAws,
];

function ofThrottling(error: Error): Cause | undefined {
  const code = errorCode(error);
  if (!THROTTLED.test(code) && statusOf(error) !== 429) return undefined;
  const why = `AWS throttles requests (${code}), and did so again after several attempts`;
  return { kind: 'throttled', why, remedy: 'wait a minute, and run this again' };
}

const THROTTLED =
  /^(Throttl|TooManyRequests|RequestLimitExceeded|RequestThrottled|SlowDown|BandwidthLimitExceeded|ProvisionedThroughputExceeded|PriorRequestNotComplete|KMS\.Throttl)/;

function ofRegion(error: Error): Cause | undefined {
  const code = errorCode(error);
  if (!ELSEWHERE.has(code) && statusOf(error) !== 301) return undefined;
  const region =
    [field(error, 'Region'), field(error, 'region')].find((name) => typeof name === 'string') ??
    /expecting '([a-z0-9-]+)'/.exec(error.message)?.[1];
  const why = `the bucket is in another Region than the configuration says${typeof region === 'string' ? `: in ${region}` : ''}`;
  return {
    kind: 'Region',
    why,
    remedy: 'write the Region of the bucket into the configuration: aws s3api head-bucket --bucket <bucket>',
  };
}

const ELSEWHERE: ReadonlySet<string> = new Set([
  'PermanentRedirect',
  'AuthorizationHeaderMalformed',
  'IllegalLocationConstraintException',
  'Redirect',
  'TemporaryRedirect',
]);

/** `User: <ARN> is not authorized to perform: <action> on resource: <ARN> because <policy>` */
const NOT_AUTHORIZED =
  /User: (?<who>\S+) is not authorized to perform: (?<action>[\w:*-]+)(?: on resource: "?(?<what>[^\s"]+)"?)?(?: because (?<because>.+))?/s;

function ofDenial(error: Error): Cause | undefined {
  const code = errorCode(error);
  if (!DENIED.test(code) && statusOf(error) !== 403) return undefined;
  const { who, action, what, because } = NOT_AUTHORIZED.exec(error.message)?.groups ?? {};
  if (action === undefined) return { kind: 'denied', why: error.message };
  const why = `AWS does not allow ${action}${what === undefined ? '' : ` on ${what}`} to ${who}${because === undefined ? '' : `, because ${because.replace(/\.$/, '')}`}`;
  const explicit = because?.includes('explicit deny') === true;
  return {
    kind: 'denied',
    why,
    remedy: explicit ? 'change the policy that denies it' : `allow ${action} to the credentials in use`,
  };
}

const DENIED =
  /^(Access ?Denied|AuthorizationError|UnauthorizedOperation|Unauthorized|Forbidden|AllAccessDisabled|AccountProblem|KMS\.AccessDenied|NotAuthorized)/;

/** An answer that breaks what S3 promises of listings: no permission helps. */
function ofListing(error: Error, environment: Environment): Cause | undefined {
  if (errorCode(error) !== 'InvalidListing') return undefined;
  const local = localEndpoint(environment);
  return {
    kind: 'listing',
    why: error.message,
    remedy: `S3 itself does not answer so: check AWS_ENDPOINT_URL${local === undefined ? '' : ` (${local})`}, and whether a proxy changes answers`,
  };
}

function ofOtherServer(error: Error, environment: Environment): Cause | undefined {
  const parse =
    error instanceof SyntaxError ||
    /Deserialization error|char '.' is not expected|is not valid JSON|Unexpected token/.test(error.message);
  if (!parse || !('$response' in error || '$metadata' in error)) return undefined;
  const local = localEndpoint(environment);
  return {
    kind: 'not AWS',
    why: 'what answered is not AWS',
    remedy: `check AWS_ENDPOINT_URL${local === undefined ? '' : ` (${local})`}, HTTPS_PROXY, and whether a page for logging in to the network stands between`,
  };
}

function ofAws(error: Error): Cause | undefined {
  const status = statusOf(error);
  if (status === undefined || status < 500) return undefined;
  const why = `AWS itself failed (${status}, ${errorCode(error)}), again after several attempts`;
  return {
    kind: 'AWS',
    why,
    remedy: 'run this again in a few minutes; https://health.aws.amazon.com says whether AWS knows of it',
  };
}
