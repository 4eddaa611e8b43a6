import { bytesOf, slice } from '../content.ts';
import { getObject, headObject } from '../read-object.ts';
import { S3Error } from '../s3-error.ts';
import type { StoredObject, StoredPart } from '../stored-object.ts';
import { readCondition } from './object-headers.ts';
import type { S3Request, S3Response } from './request.ts';
import type { Route } from './route.ts';
import { objectHeaders } from './show-object.ts';
import { isVersioned, targetOf } from './target.ts';

/** GET and HEAD of an object, of a range of it, or of one of its parts. */
export const readRoute: Route = (store, request) => () => {
  const target = { ...targetOf(request), condition: readCondition(request.headers) };
  const object = request.method === 'HEAD' ? headObject(store, target) : getObject(store, target);
  const selected = selectOf(request, object);
  const shown = {
    versioned: isVersioned(store, target.bucket),
    checksum: request.headers['x-amz-checksum-mode']?.toUpperCase() === 'ENABLED' && !selected.ranged,
    ...(selected.part && { part: selected.part }),
  };
  return respond(request, object, { selected, headers: objectHeaders(object, shown) });
};

interface Selected {
  /** Where the bytes begin, and where they have ended. */
  readonly start: number;
  readonly end: number;
  readonly partial: boolean;
  readonly ranged: boolean;
  readonly part?: StoredPart;
}

function respond(
  request: S3Request,
  object: StoredObject,
  { selected, headers }: { selected: Selected; headers: Readonly<Record<string, string>> },
): S3Response {
  const { start, end, partial } = selected;
  const { size } = object.content;
  const answer = {
    ...headers,
    'content-length': String(end - start),
    ...(partial && { 'content-range': `bytes ${start}-${end - 1}/${size}` }),
  };
  const body = request.method === 'HEAD' ? '' : bytesOf(slice(object.content, start, end));
  return { status: partial ? 206 : 200, headers: answer, body };
}

function selectOf(request: S3Request, object: StoredObject): Selected {
  const number = request.query.get('partNumber');
  const range = request.headers.range;
  if (number === null) return rangeOf(range, object.content.size);
  if (range !== undefined)
    throw new S3Error('InvalidRequest', 'Cannot specify both Range header and partNumber query parameter');
  return partOf(Number(number), object);
}

/** Parts are counted in the order of the object, whatever numbers they were uploaded under. */
function partOf(number: number, object: StoredObject): Selected {
  const { parts, content } = object;
  if (!parts) {
    if (number !== 1) throw new S3Error('InvalidPartNumber');
    return { start: 0, end: content.size, partial: content.size > 0, ranged: false };
  }
  const part = parts[number - 1];
  if (!part) throw new S3Error('InvalidPartNumber');
  const start = parts.slice(0, number - 1).reduce((sum, { size }) => sum + size, 0);
  return { start, end: start + part.size, partial: part.size > 0, ranged: false, part };
}

/** A range that cannot be understood is passed over, as HTTP asks. */
function rangeOf(range: string | undefined, size: number): Selected {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(range ?? '') ?? [];
  if (first === '' && last === '') return { start: 0, end: size, partial: false, ranged: false };
  const start = first === '' ? Math.max(size - Number(last), 0) : Number(first);
  const end = first === '' || last === '' ? size : Math.min(Number(last) + 1, size);
  if (start >= size || (first === '' && Number(last) === 0)) throw new S3Error('InvalidRange');
  if (start >= end) return { start: 0, end: size, partial: false, ranged: false };
  return { start, end, partial: true, ranged: true };
}
