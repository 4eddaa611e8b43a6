import { ALGORITHMS } from '../checksum.ts';
import { S3Error } from '../s3-error.ts';
import type { Store } from '../store.ts';
import type { Commit } from '../write.ts';
import { BUCKET_ROUTES } from './bucket-routes.ts';
import { LISTING_ROUTES } from './listing-routes.ts';
import { MULTIPART_ROUTES } from './multipart-routes.ts';
import { OBJECT_ROUTES } from './object-routes.ts';
import type { Operation } from './operation.ts';
import type { S3Request, S3Response } from './request.ts';
import type { Route } from './route.ts';

/**
 * Begins what a request asks for; the function that it returns completes it.
 *
 * @throws {S3Error} NotImplemented for everything that the simulator does not know, headers included.
 */
export function route(store: Store, request: S3Request): Commit<S3Response> {
  const { operation } = request;
  if (!operation) {
    const query = request.query.toString();
    throw new S3Error('NotImplemented', `The simulator does not know ${request.method} with the query "${query}"`);
  }
  const unknown = Object.keys(request.headers).find((name) => name.startsWith('x-amz-') && !isKnown(name));
  if (unknown !== undefined) throw new S3Error('NotImplemented', `The simulator does not know the header ${unknown}`);
  return ROUTES[operation](store, request);
}

const ROUTES: Readonly<Record<Operation, Route>> = {
  ...BUCKET_ROUTES,
  ...LISTING_ROUTES,
  ...OBJECT_ROUTES,
  ...MULTIPART_ROUTES,
};

function isKnown(name: string): boolean {
  return KNOWN.has(name) || /^x-amz-(?:meta-|copy-source-if-)/.test(name);
}

const KNOWN = new Set([
  // Of signatures and transport: not looked at.
  'x-amz-date',
  'x-amz-content-sha256',
  'x-amz-user-agent',
  'x-amz-security-token',
  'x-amz-decoded-content-length',
  'x-amz-trailer',
  'x-amz-sdk-checksum-algorithm',
  // There is one answer to everybody who may call at all, and nobody pays.
  'x-amz-request-payer',
  'x-amz-copy-source',
  'x-amz-copy-source-range',
  'x-amz-expected-bucket-owner',
  'x-amz-source-expected-bucket-owner',
  'x-amz-metadata-directive',
  'x-amz-tagging-directive',
  'x-amz-tagging',
  'x-amz-storage-class',
  'x-amz-website-redirect-location',
  'x-amz-server-side-encryption',
  'x-amz-server-side-encryption-aws-kms-key-id',
  'x-amz-server-side-encryption-bucket-key-enabled',
  'x-amz-mp-object-size',
  ...['algorithm', 'type', 'mode', ...ALGORITHMS].map((name) => `x-amz-checksum-${name.toLowerCase()}`),
]);
