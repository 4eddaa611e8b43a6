import {
  CreateBucketCommand,
  GetBucketAbacCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  HeadBucketCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import type { BucketLocationConstraint, LifecycleRule, S3Client } from '@aws-sdk/client-s3';
import { errorCode, statusOf } from './s3-answer.ts';
import { explained } from './s3-wire.ts';

/** Finds buckets of one owner, and makes some in one Region. */
export function s3NewBuckets({
  owner,
  region,
  client,
  signal,
}: {
  readonly owner: string;
  readonly region: string;
  readonly client: S3Client;
  readonly signal: AbortSignal;
}) {
  const options = { abortSignal: signal };
  return { find, make, keepsVersions, tagsOf, tellsIamOfTags };

  /**
   * Where the bucket is, also if that is another Region; `undefined`: there is none.
   *
   * @throws {BucketError} if it is somebody else's.
   */
  async function find(bucket: string): Promise<{ bucket: string; region: string; account: string } | undefined> {
    return explained(`Cannot look at the bucket "${bucket}"`, async () => {
      try {
        const { BucketRegion } = await client.send(
          new HeadBucketCommand({ Bucket: bucket, ExpectedBucketOwner: owner }),
          options,
        );
        return { bucket, region: BucketRegion ?? region, account: owner };
      } catch (error) {
        if (statusOf(error) === 404) return undefined;
        // Of a Region that not every account has, S3 says so with 400 instead of 301.
        const elsewhere = [301, 400].includes(statusOf(error) ?? 0) ? regionIn(error) : undefined;
        if (elsewhere !== undefined && elsewhere !== region) return { bucket, region: elsewhere, account: owner };
        throw error;
      }
    });
  }

  /**
   * Makes a bucket that nobody else can look into, that keeps what is overwritten, knows no owner but its own, and keeps no parts of uploads that nobody ended. By
   * its tags, which it has from the first moment, it is known again; of one that has others, nothing is changed.
   *
   * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
   */
  async function make(bucket: string, tags: Tags): Promise<void> {
    await explained(`Cannot make the bucket "${bucket}"`, async () => {
      try {
        await client.send(
          new CreateBucketCommand({
            Bucket: bucket,
            ObjectOwnership: 'BucketOwnerEnforced',
            CreateBucketConfiguration: {
              ...locationOf(region),
              Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
            },
          }),
          options,
        );
      } catch (error) {
        if (errorCode(error) !== 'BucketAlreadyOwnedByYou') throw error;
      }
      // In us-east-1 S3 says of a bucket that is ours already that it was made.
      const found = await tagsOf(bucket);
      if (Object.entries(tags).some(([key, value]) => found[key] !== value))
        throw new Error('somebody else has made it meanwhile');
      const own = { Bucket: bucket, ExpectedBucketOwner: owner };
      await client.send(
        new PutPublicAccessBlockCommand({
          ...own,
          PublicAccessBlockConfiguration: {
            BlockPublicAcls: true,
            BlockPublicPolicy: true,
            IgnorePublicAcls: true,
            RestrictPublicBuckets: true,
          },
        }),
        options,
      );
      await client.send(
        new PutBucketVersioningCommand({ ...own, VersioningConfiguration: { Status: 'Enabled' } }),
        options,
      );
      await client.send(
        new PutBucketLifecycleConfigurationCommand({ ...own, LifecycleConfiguration: { Rules: [END_UPLOADS] } }),
        options,
      );
    });
  }

  /** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketTagging.html */
  async function tagsOf(bucket: string): Promise<Tags> {
    return explained(`Cannot read the tags of the bucket "${bucket}"`, async () => {
      try {
        const own = { Bucket: bucket, ExpectedBucketOwner: owner };
        const { TagSet = [] } = await client.send(new GetBucketTaggingCommand(own), options);
        return Object.fromEntries(TagSet.map(({ Key = '', Value = '' }) => [Key, Value]));
      } catch (error) {
        if (errorCode(error) === 'NoSuchTagSet') return {};
        throw error;
      }
    });
  }

  /** Whether IAM goes by the tags of a bucket. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/buckets-tagging-enable-abac.html */
  async function tellsIamOfTags(bucket: string): Promise<boolean> {
    return explained(`Cannot look whether IAM goes by the tags of the bucket "${bucket}"`, async () => {
      const own = { Bucket: bucket, ExpectedBucketOwner: owner };
      const { AbacStatus } = await client.send(new GetBucketAbacCommand(own), options);
      return AbacStatus?.Status === 'Enabled';
    });
  }

  /** Where versioning was never on, S3 names no status. @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketVersioning.html */
  async function keepsVersions(bucket: string): Promise<boolean> {
    return explained(`Cannot look whether the bucket "${bucket}" keeps versions`, async () => {
      const own = { Bucket: bucket, ExpectedBucketOwner: owner };
      const { Status } = await client.send(new GetBucketVersioningCommand(own), options);
      return Status === 'Enabled';
    });
  }
}

type Tags = Readonly<Record<string, string>>;

/** Seven days, as in every bucket that is created here. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpu-abort-incomplete-mpu-lifecycle-config.html */
const END_UPLOADS: LifecycleRule = {
  ID: 'abort-stale-uploads',
  Status: 'Enabled',
  Filter: { Prefix: '' },
  AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
};

/** The one Region that is said by saying nothing. */
function locationOf(region: string): { LocationConstraint: BucketLocationConstraint } | undefined {
  return region === 'us-east-1' ? undefined : { LocationConstraint: constraint(region) };
}

/** The SDK lists the Regions that it knew when it was made; S3 takes newer ones. */
function constraint(region: string): BucketLocationConstraint {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a name of a Region that the SDK does not know yet
  return region as BucketLocationConstraint;
}

/** S3 tells it in a header, which the SDK keeps with the error's response. */
function regionIn(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('$response' in error)) return undefined;
  const response = error.$response;
  if (typeof response !== 'object' || response === null || !('headers' in response)) return undefined;
  const region: unknown = Reflect.get(Object(response.headers), 'x-amz-bucket-region');
  return typeof region === 'string' ? region : undefined;
}
