import {
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
} from '@aws-sdk/client-s3';
import type { LifecycleRule, ServerSideEncryptionRule } from '@aws-sdk/client-s3';
import { onlyAsIn, onlyOurs } from '../differences.ts';
import { NAMED, parsed, text, unlessGone, WORDS } from '../probe.ts';
import type { Probe } from '../probe.ts';

/** S3 says the one or the other of a bucket that is not there, and of a setting that was never made. */
const NO_BUCKET = ['NoSuchBucket', 'NotFound'];

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html */
export const bucket: Probe = {
  async look({ id: Bucket, properties, region, account }, clients) {
    const client = clients.s3(region);
    const of = { Bucket, ExpectedBucketOwner: account };
    const found = await unlessGone(NO_BUCKET, async () => {
      const head = await client.send(new HeadBucketCommand(of));
      const [versioning, encryption, lifecycle, ownership, block, lock] = await Promise.all([
        client.send(new GetBucketVersioningCommand(of)),
        unlessGone(['ServerSideEncryptionConfigurationNotFoundError'], () =>
          client.send(new GetBucketEncryptionCommand(of)),
        ),
        unlessGone(['NoSuchLifecycleConfiguration'], () => client.send(new GetBucketLifecycleConfigurationCommand(of))),
        unlessGone(['OwnershipControlsNotFoundError'], () => client.send(new GetBucketOwnershipControlsCommand(of))),
        unlessGone(['NoSuchPublicAccessBlockConfiguration'], () => client.send(new GetPublicAccessBlockCommand(of))),
        unlessGone(['ObjectLockConfigurationNotFoundError'], () =>
          client.send(new GetObjectLockConfigurationCommand(of)),
        ),
      ]);
      return { head, versioning, encryption, lifecycle, ownership, block, lock };
    });
    if (found === undefined) return undefined;
    const { head, versioning, encryption, lifecycle, ownership, block, lock } = found;
    return {
      Region: head.BucketRegion === region ? undefined : head.BucketRegion,
      VersioningConfiguration: versioning.Status && { Status: versioning.Status },
      BucketEncryption: onlyAsIn(
        properties['BucketEncryption'],
        encryptionOf(encryption?.ServerSideEncryptionConfiguration?.Rules),
      ),
      LifecycleConfiguration: lifecycle?.Rules && { Rules: lifecycle.Rules.map(ruleOf) },
      OwnershipControls: ownership?.OwnershipControls && {
        Rules: ownership.OwnershipControls.Rules?.map(({ ObjectOwnership }) => ({ ObjectOwnership })),
      },
      PublicAccessBlockConfiguration: block?.PublicAccessBlockConfiguration,
      ObjectLockConfiguration: lock?.ObjectLockConfiguration,
    };
  },
  watched: {
    Region: undefined,
    VersioningConfiguration: undefined,
    BucketEncryption: undefined,
    LifecycleConfiguration: undefined,
    OwnershipControls: undefined,
    PublicAccessBlockConfiguration: undefined,
    ObjectLockConfiguration: undefined,
  },
  unwatched: {
    BucketName: NAMED,
    ObjectLockEnabled: 'S3 never takes it away',
    Tags: WORDS,
  },
  actions:
    's3:ListBucket, s3:GetBucketVersioning, s3:GetEncryptionConfiguration, s3:GetLifecycleConfiguration, s3:GetBucketOwnershipControls, s3:GetBucketPublicAccessBlock, s3:GetBucketObjectLockConfiguration',
};

/** S3's words for it, where templates have others. */
function encryptionOf(rules: readonly ServerSideEncryptionRule[] | undefined): object | undefined {
  if (rules === undefined) return undefined;
  return {
    ServerSideEncryptionConfiguration: rules.map(({ ApplyServerSideEncryptionByDefault: by, BucketKeyEnabled }) => ({
      BucketKeyEnabled,
      ServerSideEncryptionByDefault: by,
    })),
  };
}

/** A rule of S3 as templates write it. */
function ruleOf({ ID, Status, Filter, Prefix, Expiration, Transitions, ...rule }: LifecycleRule): object {
  const { Prefix: prefix = Prefix, ...filter } = Filter ?? {};
  return {
    Id: ID,
    Status,
    Prefix: prefix,
    Filter: filter,
    ExpirationInDays: Expiration?.Days,
    ExpirationDate: Expiration?.Date?.toISOString(),
    ExpiredObjectDeleteMarker: Expiration?.ExpiredObjectDeleteMarker,
    Transitions: Transitions?.map(({ Days, Date: date, StorageClass }) => ({
      StorageClass,
      TransitionInDays: Days,
      TransitionDate: date?.toISOString(),
    })),
    NoncurrentVersionExpiration: rule.NoncurrentVersionExpiration,
    NoncurrentVersionTransitions: rule.NoncurrentVersionTransitions,
    AbortIncompleteMultipartUpload: rule.AbortIncompleteMultipartUpload,
  };
}

export const bucketPolicy: Probe = {
  async look({ properties, region, account }, clients) {
    const of = { Bucket: text(properties['Bucket']), ExpectedBucketOwner: account };
    const found = await unlessGone([...NO_BUCKET, 'NoSuchBucketPolicy'], () =>
      clients.s3(region).send(new GetBucketPolicyCommand(of)),
    );
    return found && { PolicyDocument: onlyOurs(properties['PolicyDocument'], parsed(found.Policy)) };
  },
  watched: { PolicyDocument: undefined },
  unwatched: { Bucket: NAMED },
  actions: 's3:GetBucketPolicy',
};
