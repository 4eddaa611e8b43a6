import type { Need } from './call.ts';

/**
 * What each operation asks of IAM, with what S3 asks for beside its name.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 */

export interface Bucket {
  readonly bucket: string;
  readonly region: string;
  /** The keys that its objects may be encrypted by. */
  readonly keys?: readonly string[];
  /** The account that owns it. `undefined`: it is not made yet. */
  readonly owner?: string | undefined;
}

export interface ObjectOf extends Bucket {
  readonly key: string;
  /** Whether the request names a version, `null` among them. */
  readonly version?: boolean;
}

export const bucketArn = ({ bucket }: Bucket) => `arn:aws:s3:::${bucket}`;
const objectArn = (object: ObjectOf) => `${bucketArn(object)}/${object.key}`;

export function onBucket(bucket: Bucket, ...actions: readonly string[]): readonly Need[] {
  return actions.map((action) => ({ action: `s3:${action}`, resource: bucketArn(bucket) }));
}

function on(object: ObjectOf, ...actions: readonly string[]): readonly Need[] {
  return actions.map((action) => ({ action: `s3:${action}`, resource: objectArn(object) }));
}

const versioned = ({ version = false }: ObjectOf) => (version ? 'ObjectVersion' : 'Object');

/** Without ListBucket a missing key answers 403 instead of 404. @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html */
export function head(object: ObjectOf): readonly Need[] {
  return [...on(object, `Get${versioned(object)}`), ...onBucket(object, 'ListBucket')];
}

export function get(object: ObjectOf): readonly Need[] {
  return [...head(object), ...kms(object, 'Decrypt')];
}

export function getTagging(object: ObjectOf): readonly Need[] {
  return on(object, `Get${versioned(object)}Tagging`);
}

export function putTagging(object: ObjectOf): readonly Need[] {
  return on(object, `Put${versioned(object)}Tagging`);
}

/** If-Match reads the object that is replaced. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
export function put(
  object: ObjectOf,
  how: { readonly tags?: boolean; readonly ifMatch?: boolean } = {},
): readonly Need[] {
  return [
    ...on(object, 'PutObject', ...(how.tags ? ['PutObjectTagging'] : []), ...(how.ifMatch ? ['GetObject'] : [])),
    // Decrypt is for a Bucket Key, which S3 looks into before it uses it. https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html
    ...kms(object, 'GenerateDataKey', 'Decrypt'),
  ];
}

/** Tags and annotations of the source are carried over. @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
export function copy(from: ObjectOf, to: ObjectOf): readonly Need[] {
  const kind = versioned(from);
  return [
    ...on(from, `Get${kind}`, `Get${kind}Tagging`, `Get${kind}Annotation`),
    ...kms(from, 'Decrypt'),
    ...put(to, { tags: true, ifMatch: true }),
    ...on(to, 'PutObjectAnnotation'),
  ];
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html#mpuAndPermissions */
export const upload = {
  create: (to: ObjectOf) => put(to, { tags: true }),
  part: (from: ObjectOf, to: ObjectOf) => [...on(from, `Get${versioned(from)}`), ...kms(from, 'Decrypt'), ...put(to)],
  complete: (to: ObjectOf) => put(to, { ifMatch: true }),
  abort: (to: ObjectOf) => on(to, 'AbortMultipartUpload'),
  parts: (to: ObjectOf) => on(to, 'ListMultipartUploadParts'),
};

/** With owner controls and tags from the start, and then settings of it. @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html */
export const make = {
  create: (bucket: Bucket) => onBucket(bucket, 'CreateBucket', 'PutBucketOwnershipControls', 'TagResource'),
  closeToPublic: (bucket: Bucket) => onBucket(bucket, 'PutBucketPublicAccessBlock'),
  keepVersions: (bucket: Bucket) => onBucket(bucket, 'PutBucketVersioning'),
  expireVersions: (bucket: Bucket) => onBucket(bucket, 'PutLifecycleConfiguration'),
};

export function thaw(object: ObjectOf): readonly Need[] {
  return on(object, 'RestoreObject');
}

/** By way of S3, in the Region of the bucket. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html */
function kms({ region, keys = [] }: Bucket, ...actions: readonly string[]): readonly Need[] {
  const context = { 'kms:viaservice': `s3.${region}.amazonaws.com` };
  return keys.flatMap((resource) => actions.map((action) => ({ action: `kms:${action}`, resource, context })));
}

export function one(action: string, resource: string | undefined, context?: Need['context']): readonly Need[] {
  if (resource === undefined) throw new Error(`There is nothing that ${action} could be about`);
  return [{ action, resource, ...(context && { context }) }];
}

export function metrics(namespace: string): readonly Need[] {
  return one('cloudwatch:PutMetricData', '*', { 'cloudwatch:namespace': namespace });
}

/** What Lambda itself does in the role of a function. */
export function logs(logGroup: string): readonly Need[] {
  const stream = logGroup.replace(/:\*$/, ':log-stream:2026/01/01/[$LATEST]0');
  return [...one('logs:CreateLogStream', logGroup), ...one('logs:PutLogEvents', stream)];
}

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-iam-policy */
export const LOG_DELIVERY: readonly Need[] = [
  'CreateLogDelivery',
  'GetLogDelivery',
  'UpdateLogDelivery',
  'DeleteLogDelivery',
  'ListLogDeliveries',
  'PutResourcePolicy',
  'DescribeResourcePolicies',
  'DescribeLogGroups',
].map((action) => ({ action: `logs:${action}`, resource: '*' }));
