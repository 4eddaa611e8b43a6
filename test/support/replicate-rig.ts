import type { Context } from 'aws-lambda';
import { vi } from 'vitest';
import { handler } from '../../functions/replicate/handler.ts';
import { startSimulator } from './s3-simulator/http-server.ts';
import type { Simulator, SimulatorOptions } from './s3-simulator/http-server.ts';
import { putObject } from './s3-simulator/put-object.ts';
import type { Put } from './s3-simulator/put-object.ts';
import { createBucket, createStore } from './s3-simulator/store.ts';
import type { BucketOptions, Store } from './s3-simulator/store.ts';

export const SOURCE = { name: 'photos', owner: '111122223333' } as const;
export const DESTINATION = { name: 'photos-eu', owner: '111122223333' } as const;

/** The replicate function as AWS would run it, with two buckets of the simulator and the real SDK in between. */
export interface Rig {
  readonly store: Store;
  readonly s3: Simulator;
  /** Invokes the function with one SQS message for each body. */
  invoke(...bodies: readonly unknown[]): Promise<Invocation>;
  /** With so many milliseconds left of the time limit; ten minutes if not said. */
  invokeWith(event: unknown, milliseconds?: number): Promise<unknown>;
  /** The same, with what it wrote; what it threw is its answer. */
  watchWith(
    event: unknown,
    milliseconds?: number,
  ): Promise<{ readonly answer: unknown; readonly lines: Invocation['lines'] }>;
  put(key: string, content: Put['content'], attributes?: Put['attributes']): { readonly etag: string };
}

export interface Invocation {
  /** Message ids: `m0` is the first body. */
  readonly failed: readonly string[];
  /** The structured lines of the log. */
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  /** All that was written, as it was. */
  readonly output: string;
}

export async function startRig(
  options: SimulatorOptions & {
    readonly source?: Partial<BucketOptions>;
    readonly destination?: Partial<BucketOptions>;
  } = {},
): Promise<Rig> {
  // Asked each time, so that a test can change the clock.
  const store = createStore({ now: () => Date.now() });
  createBucket(store, { ...SOURCE, region: 'us-east-1', ...options.source });
  createBucket(store, { ...DESTINATION, region: 'eu-west-1', versioning: 'enabled', ...options.destination });
  const s3 = await startSimulator(store, options);
  vi.stubEnv('AWS_ENDPOINT_URL_S3', s3.endpoint);
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', DESTINATION.name);
  vi.stubEnv('SOURCE_BUCKET', SOURCE.name);
  vi.stubEnv('SOURCE_ACCOUNT', SOURCE.owner);
  vi.stubEnv('SOURCE_REGION', 'us-east-1');
  vi.stubEnv('DESTINATION_ACCOUNT', DESTINATION.owner);
  return {
    store,
    s3,
    invoke: (...bodies) => invoke(bodies),
    async invokeWith(event, milliseconds) {
      const output = captureOutput();
      try {
        return await handler(event, lambdaContext(milliseconds));
      } finally {
        output.end();
      }
    },
    async watchWith(event, milliseconds) {
      const output = captureOutput();
      try {
        const answer = await handler(event, lambdaContext(milliseconds)).catch((error: unknown) => error);
        return { answer, lines: output.text().split('\n').flatMap(parseLine) };
      } finally {
        output.end();
      }
    },
    put: (key, content, attributes) =>
      putObject(store, { bucket: SOURCE.name, key, content, ...(attributes && { attributes }) }),
  };
}

/** The message that S3 sends for a new object. */
export function created(key: string, etag?: string): object {
  const object = { key: encodeURIComponent(key).replaceAll('%20', '+'), ...(etag && { eTag: etag }) };
  return {
    Records: [
      {
        eventVersion: '2.6',
        eventSource: 'aws:s3',
        eventTime: new Date().toISOString(),
        eventName: 'ObjectCreated:Put',
        s3: { bucket: { name: SOURCE.name }, object },
      },
    ],
  };
}

async function invoke(bodies: readonly unknown[]): Promise<Invocation> {
  const output = captureOutput();
  try {
    const Records = bodies.map((body, index) => ({
      messageId: `m${index}`,
      eventSource: 'aws:sqs',
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }));
    const answer = await handler({ Records }, lambdaContext());
    if (!('batchItemFailures' in answer)) throw new TypeError('This is no answer to a batch');
    return {
      failed: answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier),
      lines: output.text().split('\n').flatMap(parseLine),
      output: output.text(),
    };
  } finally {
    output.end();
  }
}

/** Powertools writes through a console of its own, so the streams themselves are watched. An invocation may run inside another. */
function captureOutput(): { text(): string; end(): void } {
  const chunks: string[] = [];
  const spies = [process.stdout, process.stderr].map((stream) => {
    const write = stream.write.bind(stream);
    stream.write = (chunk: string | Uint8Array) => {
      chunks.push(String(chunk));
      return true;
    };
    return () => {
      stream.write = write;
    };
  });
  return { text: () => chunks.join(''), end: () => spies.forEach((restore) => restore()) };
}

function parseLine(line: string): Readonly<Record<string, unknown>>[] {
  return line.startsWith('{') ? [JSON.parse(line)] : [];
}

function lambdaContext(milliseconds = 600_000): Context {
  return {
    functionName: DESTINATION.name,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:eu-west-1:${DESTINATION.owner}:function:${DESTINATION.name}`,
    memoryLimitInMB: '512',
    awsRequestId: 'request',
    logGroupName: 'group',
    logStreamName: 'stream',
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => milliseconds,
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  };
}
