import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { vi } from 'vitest';
import { s3ListingClient } from '../../shared/s3/s3-listing.ts';
import type { ListingClientOptions } from '../../shared/s3/s3-listing.ts';
import { s3ListedBucket } from '../../shared/s3/s3-listing.ts';
import type { Received } from './signature.ts';

/** A server that gives to each request the next of its answers, whatever was asked. */
export async function startScript(): Promise<Script> {
  let answers: readonly Scripted[] = [];
  const queries: URLSearchParams[] = [];
  const requests: Received[] = [];
  const server = createServer((request, response) => {
    request.resume();
    const answer = answers[queries.length] ?? { status: 501, body: '<Error><Code>ScriptEnded</Code></Error>' };
    queries.push(new URL(request.url ?? '', 'http://localhost').searchParams);
    requests.push({ method: request.method ?? '', url: request.url ?? '', headers: headersOf(request) });
    const { status = 200, body, only = Infinity, headers, hangs = false } = answer;
    if (hangs) return;
    const bytes = Buffer.from(body);
    response.writeHead(status, { 'content-type': 'application/xml', 'content-length': bytes.length, ...headers });
    if (only >= bytes.length) response.end(bytes);
    else response.write(bytes.subarray(0, only), () => response.socket?.resetAndDestroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('Cannot tell the port');
  const endpoint = `http://127.0.0.1:${address.port}`;
  return {
    endpoint,
    queries,
    requests,
    play(...next) {
      answers = next.map((answer) => (typeof answer === 'string' ? { body: answer } : answer));
      queries.length = 0;
      requests.length = 0;
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

export interface Script {
  readonly endpoint: string;
  /** Of the requests since `play`. */
  readonly queries: readonly URLSearchParams[];
  readonly requests: readonly Received[];
  play(...answers: readonly (Scripted | string)[]): void;
  close(): Promise<void>;
}

export interface Scripted {
  readonly status?: number;
  readonly body: string;
  /** The connection is reset after so many bytes of the body. */
  readonly only?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** It is never answered. */
  readonly hangs?: boolean;
}

function headersOf({ headers }: IncomingMessage): Received['headers'] {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

/** The bucket `source` of a server on this machine, listed by a client of its own. Ends with `vi.unstubAllEnvs`. */
export function listedAt(endpoint: string, { reader, attempts = 1, owner = '111111111111' }: ListedAt) {
  vi.stubEnv('AWS_ENDPOINT_URL_S3', endpoint);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  const client = s3ListingClient('us-east-1', { attempts, sockets: 4, endpoint, reader });
  return { client, bucket: s3ListedBucket({ name: 'source', owner, client, signal: new AbortController().signal }) };
}

interface ListedAt extends Pick<ListingClientOptions, 'reader'> {
  readonly attempts?: number;
  readonly owner?: string;
}
