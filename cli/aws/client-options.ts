import type { Environment } from '../../shared/environment.ts';
import { UsageError } from '../terminal/usage-error.ts';

/**
 * What every client of a command is made with: the Region, the proxy that the environment names, and an end to waiting.
 *
 * The SDK knows no proxies; Node's agents do, if they are told so.
 *
 * @throws {UsageError} if the environment names a proxy of a kind that is not supported.
 * @see https://nodejs.org/docs/latest-v24.x/api/http.html#built-in-proxy-support
 */
export function clientOptions(region: string, environment: Environment = process.env) {
  const agent = { proxyEnv: proxyIn(environment) };
  return {
    region,
    requestHandler: {
      connectionTimeout: 10_000,
      requestTimeout: 60_000,
      throwOnRequestTimeout: true,
      httpAgent: agent,
      httpsAgent: agent,
    },
  };
}

export const ATTEMPTS = 8;

/** The same for who asks for much at once: it slows down when AWS says so. */
export function patientOptions(region: string) {
  return { ...clientOptions(region), maxAttempts: ATTEMPTS, retryMode: 'adaptive' as const };
}

/** The variables by which Node's agents know a proxy; what is on this machine is always reached directly. */
export function proxyIn(environment: Environment): Readonly<Record<string, string>> {
  const named = (...names: readonly string[]) =>
    names.map((name) => [name, environment[name] ?? ''] as const).find(([, value]) => value.trim() !== '');
  const proxies = {
    http_proxy: named('http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY'),
    https_proxy: named('https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'),
  };
  const [, direct = ''] = named('no_proxy', 'NO_PROXY') ?? [];
  return {
    ...Object.fromEntries(
      Object.entries(proxies).flatMap(([name, found]) => (found === undefined ? [] : [[name, proxyUrl(...found)]])),
    ),
    no_proxy: [direct, '127.0.0.1', 'localhost', '[::1]', '::1'].filter((host) => host !== '').join(','),
  };
}

/** As other tools do, it takes `proxy:3128` for `http://proxy:3128`. */
function proxyUrl(name: string, value: string): string {
  const text = value.includes('://') ? value.trim() : `http://${value.trim()}`;
  if (/^https?:\/\//i.test(text) && URL.canParse(text)) return text;
  throw new UsageError(
    `Cannot use the proxy that ${name} names: only http:// and https:// proxies are supported; write ${name}=http://<host>:<port>, or unset it`,
    { exitCode: 2 },
  );
}
