import type { Environment } from '../../shared/environment.ts';

export function field(error: object, name: string): unknown {
  return new Map<string, unknown>(Object.entries(error)).get(name);
}

/** Where an AWS on this machine is, if that is what the environment names. */
export function localEndpoint(environment: Environment): string | undefined {
  const urls = Object.entries(environment).flatMap(([name, value = '']) =>
    name.startsWith('AWS_ENDPOINT_URL') && URL.canParse(value) ? [new URL(value)] : [],
  );
  return urls.find(({ hostname }) => /^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname))?.host;
}
