import { Buffer } from 'node:buffer';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import { isErrorBody } from './listing-xml.ts';

/** What reads the answers to one operation. */
export interface PageReader<Page extends object> {
  /** Has a client read them so. Errors and all other operations are read by the SDK; signing, credentials, endpoints and retries remain its own. */
  readonly addTo: (client: S3Client) => void;
  /** What was listed, for an output that came through it; `undefined` for every other. */
  readonly pageOf: (output: object) => Page | undefined;
}

/**
 * Reads the answers to one of S3's listings by `parse`, in a small part of the time that the SDK takes.
 *
 * It is a middleware, innermost of all, so that the SDK never gets to see, collect and copy the page. The page is had by `pageOf`.
 * To ask the output itself for one of `fields` is an error, since one that had none would look like an empty bucket.
 *
 * @see https://aws.amazon.com/blogs/developer/middleware-stack-modular-aws-sdk-js/
 */
export function pageReader<Page extends object>({ command, parse, fields, instead }: Reading<Page>): PageReader<Page> {
  /** By response, and then by output. */
  const pages = new WeakMap<object, Page>();
  const hidden = Object.fromEntries(fields.map((field) => [field, hiding(instead)]));
  return {
    addTo(client) {
      client.middlewareStack.add(
        (next, context) => async (args) => {
          const result = await next(args);
          const { response } = result;
          if (context.commandName !== command || !isSuccess(response)) return result;
          const body = inOnePiece(await chunksOf(response.body));
          if (isErrorBody(body)) leaveError(response, body);
          else {
            pages.set(response, parse(body));
            // An answer without a body is what is left for the SDK to read.
            response.body = NOTHING;
          }
          return result;
        },
        { name: `${command}Reader`, step: 'deserialize', priority: 'low' },
      );
      client.middlewareStack.add(
        (next, context) => async (args) => {
          const result = await next(args);
          if (context.commandName === command) handOver(result);
          return result;
        },
        { name: `${command}ReaderOutput`, step: 'deserialize', priority: 'high' },
      );
    },
    pageOf: (output) => pages.get(output),
  };

  function handOver({ response, output }: { readonly response: unknown; readonly output?: object }): void {
    const page = typeof response === 'object' && response !== null ? pages.get(response) : undefined;
    if (page === undefined || output === undefined)
      throw new TypeError('The SDK has read a listing past the reader that was added to it');
    pages.set(output, page);
    Object.defineProperties(output, hidden);
  }
}

interface Reading<Page> {
  /** As the SDK calls it: `ListObjectsV2Command`. */
  readonly command: string;
  /** The memory of `body` is used again after the call. */
  readonly parse: (body: Uint8Array) => Page;
  /** Of the SDK's output. */
  readonly fields: readonly string[];
  /** How it is said where they are to be had. */
  readonly instead: string;
}

const NOTHING = new Uint8Array();

interface Success {
  statusCode: number;
  body: Readable | Uint8Array;
}

function isSuccess(response: unknown): response is Success {
  if (typeof response !== 'object' || response === null || !('statusCode' in response && 'body' in response))
    return false;
  const { statusCode, body } = response;
  return statusCode === 200 && (body instanceof Readable || body instanceof Uint8Array);
}

/** By events: an iteration over the stream would put together and copy what has come in the meantime. */
async function chunksOf(body: Readable | Uint8Array): Promise<readonly Uint8Array[]> {
  if (body instanceof Uint8Array) return [body];
  const chunks: Uint8Array[] = [];
  body.on('data', (chunk: Uint8Array) => chunks.push(chunk));
  await finished(body);
  return chunks;
}

/** As the SDK itself has it for an error that came as a success, and is followed by nothing, not even a line break. */
function leaveError(response: Success, body: Uint8Array): void {
  response.statusCode = 503;
  response.body = Uint8Array.from(body);
}

/**
 * In memory that serves every page, and holds the result until the next call. The pages are what lets the garbage collector run, and
 * looking through all that lives costs it more time than reading them.
 */
function inOnePiece(chunks: readonly Uint8Array[]): Uint8Array {
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  if (length > memory.length) memory = Buffer.allocUnsafeSlow(length * 2);
  let at = 0;
  for (const chunk of chunks) {
    memory.set(chunk, at);
    at += chunk.length;
  }
  return memory.subarray(0, length);
}

let memory = Buffer.allocUnsafeSlow(1024 * 1024);

function hiding(instead: string): PropertyDescriptor {
  return {
    get() {
      throw new TypeError(`This client lists by a reader of its own: take what it listed from ${instead}`);
    },
  };
}
