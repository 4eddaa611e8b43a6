import type { Environment } from '../../shared/environment.ts';
import { errorCode, statusOf } from '../../shared/s3/s3-answer.ts';
import { proxyIn } from './client-options.ts';

/** Why a request to AWS failed, in words, and what helps. */
export interface Cause {
  readonly kind: CauseKind;
  readonly why: string;
  /** Absent where only whoever asked can know. */
  readonly remedy?: string;
}

/** The first seven are of the whole connection, and not of what was asked for. */
export type CauseKind =
  | 'network'
  | 'proxy'
  | 'no credentials'
  | 'expired'
  | 'not accepted'
  | 'clock'
  | 'not AWS'
  | 'throttled'
  | 'AWS'
  | 'Region'
  | 'denied'
  | 'listing'
  | 'other';

const OF_THE_CONNECTION: ReadonlySet<CauseKind> = new Set([
  'network',
  'proxy',
  'no credentials',
  'expired',
  'not accepted',
  'clock',
  'not AWS',
]);

/** Whether every other request would fail for the same reason. */
export function isOfTheConnection(kind: CauseKind): boolean {
  return OF_THE_CONNECTION.has(kind);
}

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

const NO_ANSWER: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'nothing listens there'],
  ['ECONNRESET', 'the connection was cut'],
  ['EPIPE', 'the connection was cut'],
  ['ENOTFOUND', 'there is no host of that name, or no connection to the internet'],
  ['EAI_AGAIN', 'the name of the host cannot be looked up: no DNS'],
  ['ETIMEDOUT', 'no answer in time'],
  ['TimeoutError', 'no answer in time'],
  ['RequestTimeout', 'the request took too long to arrive'],
  ['ENETUNREACH', 'there is no way to that network'],
  ['EHOSTUNREACH', 'there is no way to that host'],
  ['ENETDOWN', 'the network is down'],
  ['EADDRNOTAVAIL', 'this machine has no port left, or no address'],
]);

const TLS = /^(SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED|UNABLE_TO_(VERIFY|GET)|CERT_|ERR_TLS|ERR_SSL|EPROTO)/;

function ofProxy(error: Error, environment: Environment): Cause | undefined {
  const proxies = proxiesIn(environment);
  if (errorCode(error).startsWith('ERR_PROXY')) {
    const why = `the proxy ${proxies.map(({ host }) => host).join(', ')} does not let the request through: ${error.message}`;
    return { kind: 'proxy', why, remedy: 'check HTTPS_PROXY (user and password go before an @ in it) and NO_PROXY' };
  }
  if (!NO_ANSWER.has(errorCode(error))) return undefined;
  const place = placeOf(error);
  const proxy = proxies.find(({ hostname, port }) => place?.host === hostname && (place.port ?? port) === port);
  if (proxy === undefined) return undefined;
  const why = `no connection to the proxy ${proxy.host} (${errorCode(error)}): ${NO_ANSWER.get(errorCode(error))}`;
  return { kind: 'proxy', why, remedy: 'check HTTPS_PROXY, HTTP_PROXY and NO_PROXY' };
}

function proxiesIn(environment: Environment) {
  const { http_proxy: http, https_proxy: https } = proxyIn(environment);
  return [...new Set([https, http])].flatMap((text) => {
    if (text === undefined) return [];
    const { protocol, hostname, port, host } = new URL(text);
    return [{ hostname, host, port: Number(port || (protocol === 'https:' ? 443 : 80)) }];
  });
}

function ofNetwork(error: Error, environment: Environment): Cause | undefined {
  const code = errorCode(error);
  if (TLS.test(code)) {
    const why = `the connection is not trusted (${code}): ${error.message}`;
    const remedy = 'a proxy or firewall that reads TLS needs its certificate: set NODE_EXTRA_CA_CERTS to it';
    return { kind: 'network', why, remedy };
  }
  const meaning = NO_ANSWER.get(code) ?? (/socket hang up/i.test(error.message) ? 'the connection was cut' : undefined);
  if (meaning === undefined) return undefined;
  const place = placeOf(error);
  const local = localEndpoint(environment);
  const where =
    place === undefined ? (local ?? 'AWS') : [place.host, place.port].filter((part) => part !== undefined).join(':');
  const why = `no connection to ${where} (${code}): ${meaning}`;
  if (local !== undefined && !where.endsWith('.amazonaws.com'))
    return {
      kind: 'network',
      why,
      remedy: 'is `npm start` still running? Otherwise unset AWS_ENDPOINT_URL to reach AWS itself',
    };
  const region = /(?:^|\.)([a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com/.exec(where)?.[1];
  const remedy = `check the network${region === undefined ? '' : `, that there is a Region ${region}`}, and HTTPS_PROXY where this machine needs a proxy`;
  return { kind: 'network', why, remedy };
}

interface Place {
  readonly host: string;
  readonly port?: number;
}

/** Where a connection was to go, as Node's errors say it. */
function placeOf(error: Error): Place | undefined {
  const [host, port] = [field(error, 'hostname') ?? field(error, 'address'), field(error, 'port')];
  if (typeof host !== 'string') return undefined;
  return { host, ...(typeof port === 'number' && { port }) };
}

function field(error: object, name: string): unknown {
  return new Map<string, unknown>(Object.entries(error)).get(name);
}

/** Where an AWS on this machine is, if that is what the environment names. */
function localEndpoint(environment: Environment): string | undefined {
  const urls = Object.entries(environment).flatMap(([name, value = '']) =>
    name.startsWith('AWS_ENDPOINT_URL') && URL.canParse(value) ? [new URL(value)] : [],
  );
  return urls.find(({ hostname }) => /^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname))?.host;
}

function ofClock(error: Error): Cause | undefined {
  if (!CLOCK.has(errorCode(error)) && !/Signature (expired|not yet current)/i.test(error.message)) return undefined;
  const why = `the clock of this machine is wrong by more than AWS accepts: here it is ${new Date().toISOString()}`;
  return { kind: 'clock', why, remedy: 'set the clock' };
}

const CLOCK: ReadonlySet<string> = new Set(['RequestTimeTooSkewed', 'RequestInTheFuture']);

function ofCredentials(error: Error, environment: Environment): Cause | undefined {
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
