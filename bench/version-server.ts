/** A process that answers ListObjectVersions as S3 does, from pages that were rendered before, so that it is not what is measured. */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AT } from './restore-messages.ts';
import type { Asked, Versioned, Versions } from './restore-messages.ts';
import { versionsOf } from './versioned-keys.ts';
import type { BenchVersion } from './versioned-keys.ts';

const BUCKET = 'logs-copy';
const PAGE = 1000;

interface Page {
  readonly entries: Buffer;
  readonly lastKey: string;
  readonly lastVersion: string;
}

let requests = 0;
const pages: Page[] = [];
/** By the key and the version that the page before ends with. */
const behind = new Map<string, number>();

const server = createServer((request, response) => {
  request.resume();
  requests++;
  answer(request, response);
});
server.keepAliveTimeout = 60_000;

// Whoever started it may have failed.
process.on('disconnect', () => process.exit());
process.on('message', (message: Versions | Asked) => {
  if ('asked' in message) {
    process.send?.(requests);
    requests = 0;
    return;
  }
  const made = stocked(message.versions);
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new TypeError('Cannot tell the port');
    process.send?.({ ...made, endpoint: `http://127.0.0.1:${address.port}`, bucket: BUCKET } satisfies Versioned);
  });
});

function stocked(wanted: number): Omit<Versioned, 'endpoint' | 'bucket'> {
  let [text, count, keys, objects, size] = ['', 0, 0, 0, 0];
  while (count < wanted) {
    const { key, versions } = versionsOf(keys++);
    count += versions.length;
    versions.forEach((version, place) => {
      text += entryOf(key, version, place === 0);
      if ((count - versions.length + place + 1) % PAGE !== 0) return;
      behind.set(`${key} ${version.id}`, pages.length + 1);
      pages.push({ entries: Buffer.from(text, 'latin1'), lastKey: key, lastVersion: version.id });
      text = '';
    });
    const held = versions.find(({ modified }) => modified <= AT);
    if (held === undefined || held.deleteMarker) continue;
    objects++;
    size += held.size;
  }
  pages.push({ entries: Buffer.from(text, 'latin1'), lastKey: '', lastVersion: '' });
  return { versions: count, keys, held: { objects, size } };
}

function entryOf(key: string, { id, deleteMarker, etag, size, modified }: BenchVersion, isLatest: boolean): string {
  const name = deleteMarker ? 'DeleteMarker' : 'Version';
  const head =
    `<Key>${key}</Key><VersionId>${id}</VersionId><IsLatest>${isLatest}</IsLatest>` +
    `<LastModified>${modified.toISOString()}</LastModified>`;
  const object =
    `<ETag>&quot;${etag}&quot;</ETag><ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm><ChecksumType>FULL_OBJECT</ChecksumType>` +
    `<Size>${size}</Size><StorageClass>STANDARD</StorageClass>`;
  return `<${name}>${head}${deleteMarker ? '' : object}</${name}>`;
}

function answer({ url = '' }: IncomingMessage, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const marker = searchParams.get('key-marker');
  const index = marker ? behind.get(`${marker} ${searchParams.get('version-id-marker')}`) : 0;
  const page = index === undefined ? undefined : pages[index];
  const isKnown =
    pathname.replaceAll('/', '') === BUCKET && searchParams.has('versions') && !searchParams.get('delimiter');
  if (page === undefined || index === undefined || !isKnown) {
    response.writeHead(501, { 'content-type': 'application/xml' });
    response.end(
      '<Error><Code>NotImplemented</Code><Message>This server only lists all versions of its bucket</Message></Error>',
    );
    return;
  }
  const isLast = index === pages.length - 1;
  const next = `<NextKeyMarker>${page.lastKey}</NextKeyMarker><NextVersionIdMarker>${page.lastVersion}</NextVersionIdMarker>`;
  const encoding = searchParams.get('encoding-type');
  const head =
    `<?xml version="1.0" encoding="UTF-8"?>\n<ListVersionsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">` +
    `<Name>${BUCKET}</Name><Prefix></Prefix><KeyMarker>${marker ?? ''}</KeyMarker><VersionIdMarker></VersionIdMarker>${isLast ? '' : next}` +
    `<MaxKeys>${PAGE}</MaxKeys>${encoding === null ? '' : `<EncodingType>${encoding}</EncodingType>`}<IsTruncated>${!isLast}</IsTruncated>`;
  const tail = '</ListVersionsResult>';
  response.writeHead(200, {
    server: 'AmazonS3',
    'x-amz-request-id': 'BENCH',
    'content-type': 'application/xml',
    'content-length': head.length + page.entries.length + tail.length,
  });
  response.write(head);
  response.write(page.entries);
  response.end(tail);
}
