/**
 * A process that answers ListObjectsV2 as S3 does, from pages that were rendered before, so that it is not what is measured. The destination
 * differs from the source as sweeps find it.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { etagOf } from './objects.ts';
import { itemOf, shelf } from './shelf.ts';
import type { Item, Shelf } from './shelf.ts';
import type { Latency, Served, Shelved, Shelves } from './listing-messages.ts';

let latency = 0;
let requests = 0;
const buckets = new Map<string, Shelf>();

const server = createServer((request, response) => {
  request.resume();
  requests++;
  if (latency === 0) answer(request, response);
  else setTimeout(() => answer(request, response), latency);
});
server.keepAliveTimeout = 60_000;

// Whoever started it may have failed.
process.on('disconnect', () => process.exit());
process.on('message', (message: Shelves | Latency) => {
  if ('latency' in message) {
    latency = message.latency;
    process.send?.({ requests } satisfies Served);
    requests = 0;
    return;
  }
  const { source, destination, differences } = stocked(message.objects);
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new TypeError('Cannot tell the port');
    const shelved: Shelved = { endpoint: `http://127.0.0.1:${address.port}`, source, destination, differences };
    process.send?.(shelved);
  });
});

function stocked(objects: number): Omit<Shelved, 'endpoint'> {
  const differences = { missing: 0, changed: 0, extra: 0 };
  const source = shelf(
    'logs',
    range(objects, (index) => [itemOf(index)]),
  );
  const destination = shelf('logs-copy', range(objects, copiesOf));
  for (const stock of [source, destination]) buckets.set(stock.contents.bucket, stock);
  return { source: source.contents, destination: destination.contents, differences };

  function copiesOf(index: number): Item[] {
    const item = itemOf(index);
    const copies: Item[] = [];
    if (index % 1017 === 500) differences.missing++;
    else if (index % 1015 === 450) {
      differences.changed++;
      copies.push({ ...item, etag: etagOf(`${item.key} of yesterday`) });
    } else copies.push(item);
    if (index % 2027 === 700) {
      differences.extra++;
      copies.push({ ...item, key: `${item.key}.removed` });
    }
    return copies;
  }
}

function* range(count: number, itemsOf: (index: number) => readonly Item[]): Generator<Item> {
  for (let index = 0; index < count; index++) yield* itemsOf(index);
}

function answer({ url = '' }: IncomingMessage, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const bucket = buckets.get(decodeURIComponent(pathname).replaceAll('/', ''));
  if (bucket === undefined || searchParams.get('list-type') !== '2') {
    response.writeHead(501, { 'content-type': 'application/xml' });
    response.end('<Error><Code>NotImplemented</Code><Message>This server only lists its two buckets</Message></Error>');
    return;
  }
  send(response, searchParams.get('delimiter') === '/' ? level(bucket, searchParams) : page(bucket, searchParams));
}

interface Page {
  readonly head: string;
  readonly entries: Buffer;
  readonly tail: string;
}

function page(bucket: Shelf, query: URLSearchParams): Page {
  const { first, end, most } = rangeOf(bucket, query);
  const behind = Math.min(end, first + most);
  const token = behind < end ? tokenAt(behind) : undefined;
  const { xml, offsets } = bucket;
  return {
    head: headOf(bucket, query, { token, count: behind - first }),
    entries: xml.subarray(offsets[first], offsets[behind]),
    tail: '</ListBucketResult>',
  };
}

/** The first page of a listing by folders. */
function level(bucket: Shelf, query: URLSearchParams): Page {
  const prefix = query.get('prefix') ?? '';
  const { first, end, most } = rangeOf(bucket, query);
  const { keys, xml, offsets } = bucket;
  const entries: Buffer[] = [];
  let [tail, at, count] = ['', first, 0];
  for (; at < end && count < most; count++) {
    const key = keys[at] ?? '';
    const slash = key.indexOf('/', prefix.length);
    if (slash < 0) entries.push(xml.subarray(offsets[at], offsets[++at]));
    else {
      tail += `<CommonPrefixes><Prefix>${key.slice(0, slash + 1)}</Prefix></CommonPrefixes>`;
      at = insertionPoint(keys, `${key.slice(0, slash + 1)}\u{FFFF}`);
    }
  }
  const token = at < end ? tokenAt(at) : undefined;
  return {
    head: headOf(bucket, query, { token, count }),
    entries: Buffer.concat(entries),
    tail: `${tail}</ListBucketResult>`,
  };
}

/** All keys are ASCII, and so in JavaScript's order. */
function rangeOf({ keys }: Shelf, query: URLSearchParams) {
  const prefix = query.get('prefix') ?? '';
  const token = query.get('continuation-token');
  const after = query.get('start-after');
  const start = token === null ? insertionPoint(keys, after === null ? '' : `${after}\0`) : positionOf(token);
  return {
    first: Math.max(start, insertionPoint(keys, prefix)),
    end: insertionPoint(keys, `${prefix}\u{FFFF}`),
    most: Math.min(1000, Number(query.get('max-keys') ?? 1000)),
  };
}

/** As long as S3's are. */
function tokenAt(index: number): string {
  return Buffer.from(`${index} `.padEnd(66, '=')).toString('base64');
}

function positionOf(token: string): number {
  return Number.parseInt(Buffer.from(token, 'base64').toString(), 10);
}

function insertionPoint(sorted: readonly string[], key: string): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? '') < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

function headOf(
  { contents }: Shelf,
  query: URLSearchParams,
  { token, count }: { readonly token: string | undefined; readonly count: number },
): string {
  const asked = (name: string, parameter: string) =>
    query.has(parameter) ? `<${name}>${query.get(parameter)}</${name}>` : '';
  const next = token === undefined ? '' : `<NextContinuationToken>${token}</NextContinuationToken>`;
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">` +
    `<Name>${contents.bucket}</Name><Prefix>${query.get('prefix') ?? ''}</Prefix>` +
    `${asked('StartAfter', 'start-after')}${asked('ContinuationToken', 'continuation-token')}${next}` +
    `<KeyCount>${count}</KeyCount><MaxKeys>1000</MaxKeys>${asked('Delimiter', 'delimiter')}` +
    `${asked('EncodingType', 'encoding-type')}<IsTruncated>${token !== undefined}</IsTruncated>`
  );
}

function send(response: ServerResponse, { head, entries, tail }: Page): void {
  response.writeHead(200, {
    server: 'AmazonS3',
    'x-amz-request-id': 'BENCH',
    'content-type': 'application/xml',
    'content-length': head.length + entries.length + tail.length,
  });
  response.write(head);
  response.write(entries);
  response.end(tail);
}
