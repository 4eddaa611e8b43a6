import type { IncomingMessage } from 'node:http';
import { S3Error } from '../s3-error.ts';
import { decodeChunked } from './aws-chunked.ts';
import type { Asked } from '../request-filter.ts';
import { operationOf } from './operation.ts';

/** A request as the simulator understands it. */
export interface S3Request extends Asked {
  /** Decoded from aws-chunked. */
  readonly body: Buffer;
}

export interface S3Response {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
}

/** Reads a path-style request to its end. @throws {S3Error} if it is malformed. */
export async function readRequest(message: IncomingMessage): Promise<S3Request> {
  const method = message.method ?? 'GET';
  const [path = '', query = ''] = (message.url ?? '/').split(/\?(.*)/s);
  const sent = headersOf(message);
  const { body, trailers } = decodeBody(await bodyOf(message), sent);
  const target = { method, ...targetOf(path), query: new URLSearchParams(query), headers: { ...sent, ...trailers } };
  const operation = operationOf(target);
  return { ...target, body, ...(operation && { operation }) };
}

/** Split by hand: a URL parser would resolve `.` and `..`, which are parts of keys here. */
function targetOf(path: string): { readonly bucket?: string; readonly key?: string } {
  const [, bucket = '', key = ''] = /^\/([^/]*)\/?(.*)$/s.exec(path) ?? [];
  if (bucket === '') return {};
  return { bucket: decode(bucket), ...(key !== '' && { key: decode(key) }) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new S3Error('InvalidArgument', `Couldn't parse the specified URI: ${text}`);
  }
}

function headersOf(message: IncomingMessage): Readonly<Record<string, string>> {
  const entries = Object.entries(message.headersDistinct).map(([name, values]) => [name, (values ?? []).join(',')]);
  return Object.fromEntries(entries);
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of message) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

function decodeBody(body: Buffer, headers: Readonly<Record<string, string>>): ReturnType<typeof decodeChunked> {
  if (headers['x-amz-content-sha256']?.startsWith('STREAMING-') !== true) return { body, trailers: {} };
  const decoded = decodeChunked(body);
  const expected = headers['x-amz-decoded-content-length'];
  if (expected !== undefined && Number(expected) !== decoded.body.length) throw new S3Error('IncompleteBody');
  return decoded;
}
