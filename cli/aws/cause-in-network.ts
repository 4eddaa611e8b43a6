import type { Environment } from '../../shared/environment.ts';
import { errorCode } from '../../shared/s3/s3-answer.ts';
import { proxyIn } from './client-options.ts';
import type { Cause } from './cause.ts';
import { field, localEndpoint } from './error-field.ts';

export function ofProxy(error: Error, environment: Environment): Cause | undefined {
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

export function ofNetwork(error: Error, environment: Environment): Cause | undefined {
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

export interface Place {
  readonly host: string;
  readonly port?: number;
}

/** Where a connection was to go, as Node's errors say it. */
function placeOf(error: Error): Place | undefined {
  const [host, port] = [field(error, 'hostname') ?? field(error, 'address'), field(error, 'port')];
  if (typeof host !== 'string') return undefined;
  return { host, ...(typeof port === 'number' && { port }) };
}
