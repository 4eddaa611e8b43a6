import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { createFaults, type Faults } from './faults.ts';
import { readRequest, type S3Request, type S3Response } from './http/request.ts';
import { errorResponse } from './http/show-object.ts';
import { createRequestLog, type RequestLog } from './request-log.ts';
import { S3Error } from './s3-error.ts';
import { serve } from './serve.ts';
import type { Answer, Step } from './serve.ts';
import type { Store } from './store.ts';

/** Serves a store to any S3 client, path-style, on a free port of this machine. Signatures are not checked. */
export async function startSimulator(store: Store, options: SimulatorOptions = {}): Promise<Simulator> {
  const log = createRequestLog();
  const faults = createFaults();
  const server = createServer((message, response) => {
    void answer(message, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('Cannot tell the port of the simulator');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    requests: log,
    faults,
    async close() {
      faults.clear();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };

  async function answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const head = message.method === 'HEAD';
    const resource = message.url ?? '';
    try {
      const request = await readRequest(message);
      const entry = log.add(request);
      const result = await serve({ store, request, faults, sleep: delay, gone: closed(response), ...options });
      entry.status = result === 'reset' ? 'reset' : result.status;
      await finish(response, { result, head });
      await options.onStep?.({ at: 'answered', request });
    } catch (error) {
      if (!(error instanceof S3Error)) options.onError?.(error);
      // A mistake in the simulator or in a hook must not look like S3's own trouble.
      const known =
        error instanceof S3Error ? error : new S3Error('NotImplemented', `The simulator failed: ${String(error)}`);
      await finish(response, { result: errorResponse(known, { resource, head }), head });
    }
  }
}

export interface SimulatorOptions {
  /** Awaited at each step of each request, so that a test can change the world in between. */
  readonly onStep?: (step: Step) => Promise<void> | void;
  /** Milliseconds before S3 looks at a request. */
  readonly latency?: number | ((request: S3Request) => number);
  /** How to wait; a test with virtual time gives its own. */
  readonly sleep?: (milliseconds: number) => Promise<unknown>;
  /** False: 503 SlowDown. See `rateLimit`. */
  readonly admit?: (request: S3Request) => boolean;
  /** Told of mistakes in hooks and in the simulator itself, which answer 501. */
  readonly onError?: (error: unknown) => void;
}

export interface Simulator {
  readonly endpoint: string;
  readonly requests: RequestLog;
  readonly faults: Faults;
  close(): Promise<void>;
}

/** Settles when the client is gone, or has its answer. */
function closed(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    response.once('close', () => resolve());
  });
}

async function finish(response: ServerResponse, { result, head }: { result: Answer; head: boolean }): Promise<void> {
  if (result === 'reset') {
    response.socket?.resetAndDestroy();
    return;
  }
  if (response.destroyed) return;
  response.writeHead(result.status, withLength(result, head));
  if (result.cut) {
    const body = Buffer.from(result.body);
    response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.socket?.resetAndDestroy());
    return;
  }
  response.end(head ? undefined : result.body);
  // Waits for the end, so that "answered" comes after the client could know.
  if (!response.closed) await closed(response);
}

function withLength({ headers, body }: S3Response, head: boolean): Readonly<Record<string, string>> {
  const common = { server: 'AmazonS3', 'x-amz-request-id': 'SIMULATED0000000', 'x-amz-id-2': 'simulated', ...headers };
  return head || 'content-length' in headers
    ? common
    : { ...common, 'content-length': String(Buffer.byteLength(body)) };
}
