import { S3Error } from '../s3-error.ts';

/**
 * The body inside of the encoding `aws-chunked`, and the headers that follow it: how an SDK sends a stream whose checksum it does
 * not know in advance. Chunk signatures are passed over.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
export function decodeChunked(body: Buffer): Decoded {
  const pieces: Buffer[] = [];
  let position = 0;
  for (;;) {
    const line = lineAt(body, position);
    const size = Number.parseInt(line.text, 16);
    if (!Number.isSafeInteger(size)) throw new S3Error('IncompleteBody');
    position = line.end;
    if (size === 0) return { body: Buffer.concat(pieces), trailers: trailersAt(body, position) };
    if (position + size + 2 > body.length) throw new S3Error('IncompleteBody');
    pieces.push(body.subarray(position, position + size));
    position += size + 2;
  }
}

interface Decoded {
  readonly body: Buffer;
  readonly trailers: Readonly<Record<string, string>>;
}

function trailersAt(body: Buffer, start: number): Readonly<Record<string, string>> {
  const lines = body.subarray(start).toString('latin1').split('\r\n');
  const pairs = lines.flatMap((line): [string, string][] => {
    const colon = line.indexOf(':');
    return colon < 0 ? [] : [[line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()]];
  });
  return Object.fromEntries(pairs);
}

function lineAt(body: Buffer, start: number): { readonly text: string; readonly end: number } {
  const at = body.indexOf('\r\n', start);
  if (at < 0) throw new S3Error('IncompleteBody');
  return { text: body.toString('latin1', start, at), end: at + 2 };
}
