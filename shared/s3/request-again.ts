import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import { present } from './s3-wire.ts';

/** Requests of one client that need not be made anew. */
export interface RequestAgain {
  /** Learns how the SDK has sent a request that was answered as it should be. */
  readonly learn: (about: AskedAbout, request: unknown) => void;
  /** Sends what was learned once more, with another query, and has the answer read. `undefined`: the SDK is to be asked. */
  readonly send: <T>(about: AskedAbout, again: Again<T>) => Promise<T | undefined>;
}

/** Requests about the same bucket differ only in their queries. */
export interface AskedAbout {
  readonly bucket: string;
  /** The account that must own it. */
  readonly owner: string;
}

export interface Again<T> {
  /** The whole of it; `undefined`: not in it. */
  readonly query: Query;
  readonly signal: AbortSignal;
  /** Reads an answer that came with the status 200. `undefined`: it was an error all the same. */
  readonly read: (response: unknown) => Promise<T | undefined>;
}

export type Query = Readonly<Record<string, string | undefined>>;

type Config = S3Client['config'];
type Request = Parameters<Config['requestHandler']['handle']>[0];
type Strategy = Awaited<ReturnType<Config['retryStrategy']>>;

/**
 * To make a request, the SDK goes through thirty middlewares and copies the settings of the client four times, which takes longer than to read the thousand keys of the answer. The pages of a
 * listing are asked for by requests that differ in their queries only. So the SDK makes the first one, and the others are copies of it, signed by the client's signer with the
 * client's credentials, and sent by its request handler. Whatever goes wrong with a copy is left to the SDK, with its retries and its reading of errors: it is asked for the same
 * page, as if that was the next attempt.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
export function requestAgain({ config }: S3Client): RequestAgain {
  const known = new Map<string, Known>();
  let signer: ReturnType<Config['signer']> | undefined;
  return {
    learn(about, request) {
      const before = known.get(nameOf(about));
      // Where copies fail one after the other, the SDK is left alone for a while: else every second page would be asked for twice.
      const toPass = before?.sent === undefined ? (before?.toPass ?? 0) : 0;
      const sent = toPass > 0 ? undefined : sentAs(request);
      known.set(nameOf(about), { failures: before?.failures ?? 0, toPass: Math.max(0, toPass - 1), sent });
    },
    async send(about, { query, signal, read }) {
      const it = known.get(nameOf(about));
      if (it?.sent === undefined) return undefined;
      const attempt = await attemptOf(await config.retryStrategy());
      let trouble: Trouble | undefined = 'TRANSIENT';
      try {
        signer ??= config.signer();
        const signingDate = new Date(Date.now() + config.systemClockOffset);
        const signed = await (await signer).sign(copyOf(it.sent.request, query), { ...it.sent.scope, signingDate });
        const { response } = await config.requestHandler.handle(signed, { abortSignal: signal });
        if (response.statusCode === 200) {
          const answer = await read(response);
          if (answer !== undefined) {
            it.failures = 0;
            attempt.succeeded();
            return answer;
          }
          trouble = 'THROTTLING';
        } else {
          discard(response.body);
          trouble = troubleOf(response.statusCode);
        }
      } catch {
        // The SDK will meet it as well, and say what it is.
      }
      if (signal.aborted) return undefined;
      // Of the copies that are under way, the first that fails counts.
      if (known.get(nameOf(about)) === it) {
        const failures = it.failures + 1;
        known.set(nameOf(about), { failures, toPass: Math.min(2 ** failures, MOST_TO_PASS), sent: undefined });
      }
      if (trouble !== undefined) await attempt.failed(trouble, signal);
      return undefined;
    },
  };
}

interface Known {
  /** `undefined`: nothing, or a copy of it has failed. */
  readonly sent: Sent | undefined;
  /** Of copies, since one was answered. */
  failures: number;
  /** So many requests of the SDK are yet to pass before one is copied again. */
  readonly toPass: number;
}

const MOST_TO_PASS = 1000;

interface Sent {
  readonly request: Request;
  readonly scope: { readonly signingRegion: string; readonly signingService: string };
}

/** How it was signed tells for which Region and service. `undefined`: it was signed in another way. */
function sentAs(request: unknown): Sent | undefined {
  if (!isRequest(request) || 'x-amz-s3session-token' in request.headers) return undefined;
  const scope = /^AWS4-HMAC-SHA256 Credential=[^/]+\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request,/;
  const [, signingRegion, signingService] = scope.exec(request.headers['authorization'] ?? '') ?? [];
  if (signingRegion === undefined || signingService === undefined) return undefined;
  return { request, scope: { signingRegion, signingService } };
}

function copyOf(request: Request, query: Query): Request {
  const copy = request.clone();
  copy.query = present(query);
  // The signer replaces the other headers of a signature, and this one where the credentials have a token.
  delete copy.headers['x-amz-security-token'];
  copy.headers['amz-sdk-invocation-id'] = randomUUID();
  return copy;
}

type Trouble = 'THROTTLING' | 'TRANSIENT' | 'SERVER_ERROR';

/** What a status means to a retry strategy; `undefined`: to try again is no use. */
function troubleOf(status: number): Trouble | undefined {
  if (status === 429 || status === 503) return 'THROTTLING';
  return status >= 500 ? 'SERVER_ERROR' : undefined;
}

/** An attempt before those of the SDK: it draws on the same strategy, and waits as long as that says. */
async function attemptOf(strategy: Strategy) {
  const newer = 'acquireInitialRetryToken' in strategy ? strategy : undefined;
  const token = await newer?.acquireInitialRetryToken('');
  return {
    succeeded() {
      if (token !== undefined) newer?.recordSuccess(token);
    },
    async failed(errorType: Trouble, signal: AbortSignal) {
      if (newer === undefined || token === undefined) return;
      // It waits itself, or says how long; or refuses, if there have been too many failures. What that means is for the SDK to say.
      const next = newer.refreshRetryTokenForRetry(token, { errorType });
      const waited = next.then((next) => pause(next.getRetryDelay())).catch(() => undefined);
      const over = new AbortController();
      await Promise.race([waited, once(signal, 'abort', { signal: over.signal }).catch(() => undefined)]);
      over.abort();
    },
  };
}

/** What is not read would keep its connection. */
function discard(body: unknown): void {
  if (!(body instanceof Readable)) return;
  body.on('error', () => undefined);
  body.resume();
}

function nameOf({ bucket, owner }: AskedAbout): string {
  return `${owner}/${bucket}`;
}

function isRequest(value: unknown): value is Request {
  return typeof value === 'object' && value !== null && 'clone' in value && 'query' in value && 'headers' in value;
}
