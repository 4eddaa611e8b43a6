/**
 * A process that answers CopyObject and HeadObject as S3 does, as fast as Node can, after a latency and at a rate of admission. It
 * holds nothing but the names of what was copied. (The tests' S3 simulator keeps objects, conditions and a log, and shares its process with
 * what is tested: under this load it would be what is measured.)
 */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { rateLimit } from '../test/support/s3-simulator/rate-limit.ts';
import { etagOf } from './objects.ts';
import type { Counts, FromServer, Ground } from './messages.ts';

let ground: Ground = { latency: 0 };
let admit = () => true;
let replicas = new Set<string>();
let counts: Counts = none();

const server = createServer((request, response) => {
  request.resume();
  const answer = request.method === 'PUT' ? copy(keyOf(request)) : head(keyOf(request));
  setTimeout(() => send(response, answer), ground.latency);
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('Cannot tell the port');
  tell({ endpoint: `http://127.0.0.1:${address.port}` });
});

/** A ground begins a run; anything else asks how it went. */
process.on('message', (message: Ground | 'counts') => {
  if (message === 'counts') return tell({ counts: { ...counts, replicas: replicas.size } });
  ground = message;
  admit = ground.admits === undefined ? () => true : rateLimit(ground.admits);
  replicas = new Set();
  counts = none();
  tell({ counts });
});

function tell(message: FromServer): void {
  process.send?.(message);
}

function none(): Counts {
  return { copies: 0, refused: 0, heads: 0, replicas: 0 };
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

function copy(key: string): Answer {
  counts = { ...counts, copies: counts.copies + 1 };
  if (!admit()) {
    counts = { ...counts, refused: counts.refused + 1 };
    return SLOW_DOWN;
  }
  if (replicas.has(key)) return PRECONDITION_FAILED;
  replicas.add(key);
  const result = `<LastModified>${WRITTEN.toISOString()}</LastModified><ETag>&quot;${etagOf(key)}&quot;</ETag>`;
  return { status: 200, headers: XML, body: `${PROLOG}<CopyObjectResult>${result}</CopyObjectResult>` };
}

function head(key: string): Answer {
  counts = { ...counts, heads: counts.heads + 1 };
  return {
    status: 200,
    headers: {
      'content-type': 'application/octet-stream',
      'content-length': '1024',
      etag: `"${etagOf(key)}"`,
      'last-modified': WRITTEN.toUTCString(),
      'accept-ranges': 'bytes',
    },
    body: '',
  };
}

const WRITTEN = new Date(Date.now() - 60_000);
const XML = { 'content-type': 'application/xml' } as const;
const PROLOG = '<?xml version="1.0" encoding="UTF-8"?>\n';
const SLOW_DOWN: Answer = {
  status: 503,
  headers: XML,
  body: `${PROLOG}<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>`,
};
const PRECONDITION_FAILED: Answer = {
  status: 412,
  headers: XML,
  body: `${PROLOG}<Error><Code>PreconditionFailed</Code><Message>At least one of the preconditions did not hold</Message></Error>`,
};

/** Path-style: /bucket/key?query. */
function keyOf({ url = '' }: IncomingMessage): string {
  const [path = ''] = url.split('?');
  return decodeURIComponent(path.slice(path.indexOf('/', 1) + 1));
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  const length = body === '' ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  response.writeHead(status, { server: 'AmazonS3', 'x-amz-request-id': 'BENCH', ...headers, ...length });
  response.end(body);
}
