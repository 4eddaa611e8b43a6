import { Buffer } from 'node:buffer';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import { isErrorBody } from '../listing/listing-xml.ts';
import { requestAgain } from './request-again.ts';
import type { Again, AskedAbout, RequestAgain } from './request-again.ts';

/** What reads the answers to one operation. */
export interface PageReader<Page extends object> {
  /** Has a client read them so. Errors and all other operations are read by the SDK; signing, credentials, endpoints and retries remain its own. */
  readonly addTo: (client: S3Client) => void;
  /** What was listed, for an output that came through it; `undefined` for every other. */
  readonly pageOf: (output: object) => Page | undefined;
  /** Another page, by a request like one that the client has sent. `undefined`: the SDK is to be asked for it. */
  readonly pageAgain: (client: S3Client, request: PageAgain) => Promise<Page | undefined>;
}

export interface PageAgain extends Omit<Again<never>, 'read'> {
  readonly about: AskedAbout;
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
  const requests = new WeakMap<S3Client, RequestAgain>();
  const hidden = Object.fromEntries(fields.map((field) => [field, hiding(instead)]));
  return {
    addTo(client) {
      const again = requestAgain(client);
      requests.set(client, again);
      client.middlewareStack.add(
        (next, context) => async (args) => {
          const result = await next(args);
          const { response } = result;
          if (context.commandName !== command || !isSuccess(response)) return result;
          await withBytes(response.body, (body) => {
            if (isErrorBody(body)) leaveError(response, body);
            else {
              pages.set(response, parse(body));
              if (isAbout(args.input))
                again.learn({ bucket: args.input.Bucket, owner: args.input.ExpectedBucketOwner }, args.request);
              // An answer without a body is what is left for the SDK to read.
              response.body = NOTHING;
            }
          });
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
    async pageAgain(client, { about, query, signal }) {
      const read = (response: unknown) => (isSuccess(response) ? pageIn(response.body) : Promise.resolve(undefined));
      return requests.get(client)?.send(about, { query, signal, read });
    },
  };

  function pageIn(body: Success['body']): Promise<Page | undefined> {
    return withBytes(body, (bytes) => (isErrorBody(bytes) ? undefined : parse(bytes)));
  }

  function handOver({ response, output }: { readonly response: unknown; readonly output?: object }): void {
    const page = typeof response === 'object' && response !== null ? pages.get(response) : undefined;
    if (page === undefined || output === undefined)
      throw new TypeError('The SDK has read a listing past the reader that was added to it');
    pages.set(output, page);
    Object.defineProperties(output, hidden);
  }
}

function isAbout(input: object): input is { readonly Bucket: string; readonly ExpectedBucketOwner: string } {
  return (
    'Bucket' in input &&
    typeof input.Bucket === 'string' &&
    'ExpectedBucketOwner' in input &&
    typeof input.ExpectedBucketOwner === 'string'
  );
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

/**
 * Collects a body, by events: an iteration over the stream would put together and copy what has come in the meantime. It is collected in memory that serves one body
 * after the other: hundreds of pages are under way at the same time, and what waits for the garbage collector makes it run. `use` must not keep the bytes.
 */
async function withBytes<T>(body: Readable | Uint8Array, use: (bytes: Uint8Array) => T): Promise<T> {
  if (body instanceof Uint8Array) return use(body);
  let memory = memories.pop() ?? Buffer.allocUnsafeSlow(512 * 1024);
  let length = 0;
  body.on('data', (chunk: Uint8Array) => {
    if (length + chunk.length > memory.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(2 * memory.length, length + chunk.length));
      larger.set(memory.subarray(0, length));
      memory = larger;
    }
    memory.set(chunk, length);
    length += chunk.length;
  });
  // If this fails, nobody knows what still comes: that memory is not used again.
  await finished(body);
  try {
    return use(memory.subarray(0, length));
  } finally {
    if (memories.length * LARGEST < MOST_MEMORY && memory.length <= LARGEST) memories.push(memory);
  }
}

const memories: Buffer[] = [];
/** Of memory that is kept, in bytes: pages of long keys are larger, but then few are under way. */
const LARGEST = 1024 * 1024;
const MOST_MEMORY = 64 * LARGEST;

/** As the SDK itself has it for an error that came as a success, and is followed by nothing, not even a line break. */
function leaveError(response: Success, body: Uint8Array): void {
  response.statusCode = 503;
  response.body = Uint8Array.from(body);
}

function hiding(instead: string): PropertyDescriptor {
  return {
    get() {
      throw new TypeError(`This client lists by a reader of its own: take what it listed from ${instead}`);
    },
  };
}
