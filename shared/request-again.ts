import { randomUUID } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';

/** Requests of one client that need not be made anew. */
export interface RequestAgain {
  /** Learns how the SDK has sent a request that was answered as it should be. */
  readonly learn: (about: AskedAbout, request: unknown) => void;
  /**
   * Sends what was learned once more, with these parts of the query in place of those that it had (`undefined`: without). Answers `undefined` if it could not be sent, or was not
   * answered 200; then the SDK is to be asked.
   */
  readonly send: (about: AskedAbout, query: Query, signal: AbortSignal) => Promise<unknown>;
  /** Has seen that the answer was not what it should be. */
  readonly failed: (about: AskedAbout) => void;
}

/** Requests about the same bucket differ only in their queries. */
export interface AskedAbout {
  readonly bucket: string;
  /** The account that must own it. */
  readonly owner: string;
}

export type Query = Readonly<Record<string, string | undefined>>;

type Handler = S3Client['config']['requestHandler'];
type Request = Parameters<Handler['handle']>[0];

/**
 * To make a request, the SDK goes through thirty middlewares and copies the settings of the client four times, which takes longer than to read the thousand keys of the answer. The pages of a
 * listing are asked for by requests that differ in their queries only. So the SDK makes the first one, and the others are copies of it, signed by the client's signer with the
 * client's credentials, and sent by its request handler. Whatever goes wrong with a copy is left to the SDK, with its retries and its reading of errors: it is asked for the same page, as if
 * nothing had been.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
export function requestAgain({ config }: S3Client): RequestAgain {
  const known = new Map<string, Known>();
  let signer: ReturnType<typeof config.signer> | undefined;
  const knownOf = (about: AskedAbout) => known.get(nameOf(about)) ?? { failures: 0, rest: 0 };
  return {
    learn(about, request) {
      const { failures, rest, sent } = knownOf(about);
      // Where copies fail the SDK is left alone for a while: else each page of a bucket that is slow would be asked for twice.
      if (sent === undefined && rest > 0) known.set(nameOf(about), { failures, rest: rest - 1 });
      else known.set(nameOf(about), { failures, rest, sent: sentAs(request) });
    },
    failed,
    async send(about, query, abortSignal) {
      const { sent } = knownOf(about);
      if (sent === undefined) return undefined;
      try {
        signer ??= config.signer();
        const signed = await (
          await signer
        ).sign(copyOf(sent.request, query), {
          ...sent.scope,
          signingDate: new Date(Date.now() + config.systemClockOffset),
        });
        const { response } = await config.requestHandler.handle(signed, { abortSignal });
        if (response.statusCode === 200) return response;
      } catch {
        // The SDK will meet it as well, and say what it is.
      }
      if (!abortSignal.aborted) failed(about);
      return undefined;
    },
  };

  function failed(about: AskedAbout): void {
    const failures = knownOf(about).failures + 1;
    known.set(nameOf(about), { failures, rest: Math.min(2 ** failures, MOST_REST) });
  }
}

interface Known {
  /** Absent: nothing, or a copy of it has failed. */
  readonly sent?: Sent | undefined;
  readonly failures: number;
  /** So many requests of the SDK are yet to pass before one is copied again. */
  readonly rest: number;
}

const MOST_REST = 1000;

interface Sent {
  readonly request: Request;
  readonly scope: { readonly signingRegion: string; readonly signingService: string };
}

/** How it was signed tells for which Region and service. `undefined`: it was signed in another way. */
function sentAs(request: unknown): Sent | undefined {
  if (!isRequest(request)) return undefined;
  const scope = /^AWS4-HMAC-SHA256 Credential=[^/]+\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request,/;
  const [, signingRegion, signingService] = scope.exec(request.headers['authorization'] ?? '') ?? [];
  if (signingRegion === undefined || signingService === undefined) return undefined;
  return { request, scope: { signingRegion, signingService } };
}

function copyOf(request: Request, query: Query): Request {
  const copy = request.clone();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) delete copy.query[name];
    else copy.query[name] = value;
  }
  // The signer replaces the other headers of a signature, and this one where the credentials have a token.
  delete copy.headers['x-amz-security-token'];
  copy.headers['amz-sdk-invocation-id'] = randomUUID();
  return copy;
}

function nameOf({ bucket, owner }: AskedAbout): string {
  return `${owner}/${bucket}`;
}

function isRequest(value: unknown): value is Request {
  return typeof value === 'object' && value !== null && 'clone' in value && 'query' in value && 'headers' in value;
}
