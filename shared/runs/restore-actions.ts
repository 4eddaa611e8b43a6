/**
 * What a restore does to buckets, as IAM names it: once for the role, and for the session of each run, which may do no more than both say.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
 */

/** To the objects of the destination that it comes out of. S3 itself reads annotations while it copies an object that has some: here those of a version. */
export const READ_VERSIONS = [
  's3:GetObject',
  's3:GetObjectVersion',
  's3:GetObjectTagging',
  's3:GetObjectVersionTagging',
  's3:GetObjectAnnotation',
  's3:GetObjectVersionAnnotation',
  's3:RestoreObject',
];

/** To the objects of the target. Reading is for the comparison with what is there already. */
export const WRITE_TARGET = [
  's3:GetObject',
  's3:GetObjectTagging',
  's3:PutObject',
  's3:PutObjectTagging',
  's3:PutObjectVersionTagging',
  's3:PutObjectAnnotation',
  's3:AbortMultipartUpload',
  's3:ListMultipartUploadParts',
];

/** To a bucket that something may be restored into: whether it is there, keeps versions, and is marked as a target. */
export const LOOK_AT_BUCKET = ['s3:ListBucket', 's3:GetBucketVersioning', 's3:GetBucketTagging', 's3:GetBucketAbac'];

/** To a bucket that is made for it. TagResource is for the tags that it is made with. */
export const MAKE_BUCKET = [
  's3:CreateBucket',
  's3:TagResource',
  's3:PutBucketVersioning',
  's3:PutLifecycleConfiguration',
  's3:PutBucketPublicAccessBlock',
  's3:PutBucketOwnershipControls',
];
