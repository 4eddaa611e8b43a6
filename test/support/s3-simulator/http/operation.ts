/**
 * Which operation of S3 a request is, or `undefined` if it is none that the simulator knows: a request must never succeed because
 * something in it was overlooked.
 */
export function operationOf(request: Shape): Operation | undefined {
  const scope = request.key === undefined ? (request.bucket === undefined ? 'service' : 'bucket') : 'object';
  const names = [...request.query.keys()].filter((name) => name !== 'x-id');
  const copies = request.headers['x-amz-copy-source'] !== undefined;
  return OPERATIONS.find(
    (candidate) =>
      candidate.shape === `${request.method} ${scope}` &&
      candidate.copies === copies &&
      candidate.needs.every((name) => names.includes(name)) &&
      names.every((name) => candidate.needs.includes(name) || candidate.takes.includes(name)),
  )?.name;
}

export type Operation =
  | 'AbortMultipartUpload'
  | 'CompleteMultipartUpload'
  | 'CopyObject'
  | 'CreateBucket'
  | 'CreateMultipartUpload'
  | 'DeleteBucket'
  | 'DeleteObject'
  | 'GetBucketAbac'
  | 'GetBucketLifecycleConfiguration'
  | 'GetBucketLocation'
  | 'GetBucketTagging'
  | 'GetBucketVersioning'
  | 'GetObject'
  | 'GetObjectTagging'
  | 'HeadBucket'
  | 'HeadObject'
  | 'ListBuckets'
  | 'ListMultipartUploads'
  | 'ListObjectVersions'
  | 'ListObjectsV2'
  | 'ListParts'
  | 'PutBucketVersioning'
  | 'PutObject'
  | 'PutObjectTagging'
  | 'UploadPart'
  | 'UploadPartCopy';

interface Shape {
  readonly method: string;
  readonly bucket?: string;
  readonly key?: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
}

interface Signature {
  readonly name: Operation;
  /** The method, and what it is used on. */
  readonly shape: `${string} ${'service' | 'bucket' | 'object'}`;
  readonly copies: boolean;
  /** Query parameters that must be there, and those that may. */
  readonly needs: readonly string[];
  readonly takes: readonly string[];
}

const PART = ['partNumber', 'uploadId'];
const PAGE = ['prefix', 'encoding-type'];

const OPERATIONS: readonly Signature[] = [
  is('ListBuckets', 'GET service'),
  is('CreateBucket', 'PUT bucket'),
  is('HeadBucket', 'HEAD bucket'),
  is('DeleteBucket', 'DELETE bucket'),
  is('GetBucketLifecycleConfiguration', 'GET bucket', { needs: ['lifecycle'] }),
  is('GetBucketAbac', 'GET bucket', { needs: ['abac'] }),
  is('GetBucketTagging', 'GET bucket', { needs: ['tagging'] }),
  is('GetBucketLocation', 'GET bucket', { needs: ['location'] }),
  is('GetBucketVersioning', 'GET bucket', { needs: ['versioning'] }),
  is('PutBucketVersioning', 'PUT bucket', { needs: ['versioning'] }),
  is('ListObjectsV2', 'GET bucket', {
    needs: ['list-type'],
    takes: [...PAGE, 'delimiter', 'max-keys', 'continuation-token', 'start-after'],
  }),
  is('ListObjectVersions', 'GET bucket', {
    needs: ['versions'],
    takes: [...PAGE, 'max-keys', 'key-marker', 'version-id-marker'],
  }),
  is('ListMultipartUploads', 'GET bucket', { needs: ['uploads'], takes: [...PAGE, 'max-uploads'] }),
  is('PutObject', 'PUT object'),
  is('CopyObject', 'PUT object', { copies: true }),
  is('GetObject', 'GET object', { takes: ['versionId', 'partNumber'] }),
  is('HeadObject', 'HEAD object', { takes: ['versionId', 'partNumber'] }),
  is('DeleteObject', 'DELETE object', { takes: ['versionId'] }),
  is('GetObjectTagging', 'GET object', { needs: ['tagging'], takes: ['versionId'] }),
  is('PutObjectTagging', 'PUT object', { needs: ['tagging'], takes: ['versionId'] }),
  is('CreateMultipartUpload', 'POST object', { needs: ['uploads'] }),
  is('UploadPart', 'PUT object', { needs: PART }),
  is('UploadPartCopy', 'PUT object', { needs: PART, copies: true }),
  is('CompleteMultipartUpload', 'POST object', { needs: ['uploadId'] }),
  is('AbortMultipartUpload', 'DELETE object', { needs: ['uploadId'] }),
  is('ListParts', 'GET object', { needs: ['uploadId'], takes: ['max-parts', 'part-number-marker'] }),
];

function is(name: Operation, shape: Signature['shape'], query: Partial<Signature> = {}): Signature {
  return { name, shape, copies: false, needs: [], takes: [], ...query };
}
