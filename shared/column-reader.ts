import { Buffer } from 'node:buffer';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import { isErrorBody, listPage } from './list-page.ts';
import type { ListPage } from './list-page.ts';

/**
 * Has a client read the answers to ListObjectsV2 by `listPage`, in a small part of the time. Errors and all other operations are read by
 * the SDK; signing, credentials, endpoints and retries remain its own.
 *
 * It is a middleware, innermost of all, so that the SDK never gets to see, collect and copy the page. The columns are had by `columnsOf`.
 * To ask the output itself for them is an error, since one that had none would look like an empty bucket.
 *
 * @see https://aws.amazon.com/blogs/developer/middleware-stack-modular-aws-sdk-js/
 */
export function addColumnReader(client: S3Client): void {
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const result = await next(args);
      const { response } = result;
      if (context.commandName !== LISTING || !isSuccess(response)) return result;
      read(response, await chunksOf(response.body));
      return result;
    },
    { name: 'columnReader', step: 'deserialize', priority: 'low' },
  );
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const result = await next(args);
      if (context.commandName === LISTING) handOver(result);
      return result;
    },
    { name: 'columnReaderOutput', step: 'deserialize', priority: 'high' },
  );
}

/** What was listed, for an output of ListObjectsV2 that came through `addColumnReader`; `undefined` for every other. */
export function columnsOf(output: object): ListPage | undefined {
  return pages.get(output);
}

const LISTING = 'ListObjectsV2Command';
/** By response, and then by output. */
const pages = new WeakMap<object, ListPage>();
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

/** What is left for the SDK to read is an answer without a body, or the error that came as a success. */
function read(response: Success, chunks: readonly Uint8Array[]): void {
  const body = inOnePiece(chunks);
  if (isErrorBody(body)) {
    // As the SDK itself has it for an error that is followed by nothing, not even a line break.
    response.statusCode = 503;
    response.body = Uint8Array.from(body);
    return;
  }
  pages.set(response, listPage(body));
  response.body = NOTHING;
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

function handOver({ response, output }: { readonly response: unknown; readonly output?: object }): void {
  const page = typeof response === 'object' && response !== null ? pages.get(response) : undefined;
  if (page === undefined || output === undefined)
    throw new TypeError('The SDK has read a listing past the reader that was added to it');
  pages.set(output, page);
  Object.defineProperties(output, {
    Contents: NO_ROWS,
    CommonPrefixes: NO_ROWS,
    IsTruncated: NO_ROWS,
    KeyCount: NO_ROWS,
  });
}

const NO_ROWS: PropertyDescriptor = {
  get() {
    throw new TypeError('This client lists into columns: take them from columnsOf(output)');
  },
};
