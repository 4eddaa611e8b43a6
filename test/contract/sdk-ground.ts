import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { s3Bucket, s3DestinationBucket } from '../../shared/s3/s3-bucket.ts';
import type { BucketAccess } from '../../shared/s3/s3-access.ts';
import type { Ground, NewObject, Side } from './ground.ts';

/** A side of the contract: its bucket, which is made for it, and how to reach it. */
export interface SdkSide {
  readonly name: string;
  /** With the SDK's retries, for reading and for the hands. */
  readonly client: S3Client;
  /** Without. */
  readonly commitClient: S3Client;
}

/** Makes two versioned buckets through the real SDK. */
export async function sdkGround(account: string, sides: Readonly<Record<Side, SdkSide>>): Promise<Ground> {
  await makeBucket(sides.source);
  await makeBucket(sides.destination).catch(async (error: unknown) => {
    await removeBucket(sides.source);
    throw error;
  });
  const access = (side: Side, changed: Partial<BucketAccess> = {}): BucketAccess => ({
    name: sides[side].name,
    owner: account,
    client: sides[side].client,
    signal: NEVER,
    ...changed,
  });
  const destination = (
    changed: Partial<BucketAccess> = {},
    source: { readonly owner?: string; readonly versionId?: string } = {},
  ) =>
    s3DestinationBucket(access('destination', changed), {
      source: { name: sides.source.name, owner: account, ...source },
      settings: {},
      commitClient: sides.destination.commitClient,
    });
  const missing = { name: `${sides.destination.name}-missing` };
  return {
    source: s3Bucket(access('source')),
    destination: destination(),
    strange: {
      source: s3Bucket(access('source', { owner: STRANGER })),
      destination: destination({ owner: STRANGER }),
      copyOfStrangers: destination({}, { owner: STRANGER }),
    },
    pinned: (versionId) => ({
      source: s3Bucket({ ...access('source'), versionId }),
      destination: destination({}, { versionId }),
    }),
    missing: { source: s3Bucket(access('source', missing)), destination: destination(missing) },
    async put(side, key, object) {
      await sides[side].client.send(new PutObjectCommand({ Bucket: sides[side].name, Key: key, ...putInput(object) }));
    },
    async remove(side, key) {
      await sides[side].client.send(new DeleteObjectCommand({ Bucket: sides[side].name, Key: key }));
    },
    async cleanUp() {
      for (const side of Object.values(sides)) await removeBucket(side);
    },
  };
}

const NEVER = new AbortController().signal;
const STRANGER = '999999999999';

/** In the Region of the client: the SDK says so to S3. */
async function makeBucket({ client, name }: SdkSide): Promise<void> {
  await client.send(new CreateBucketCommand({ Bucket: name }));
  const versioned = { VersioningConfiguration: { Status: 'Enabled' } } as const;
  await client.send(new PutBucketVersioningCommand({ Bucket: name, ...versioned }));
}

function putInput({ content, expires, tags, metadata = {}, ...headers }: NewObject) {
  return {
    Body: Buffer.from(content),
    Metadata: { ...metadata },
    ...(tags && { Tagging: new URLSearchParams(tags).toString() }),
    ...(expires && { Expires: expires }),
    ...(headers.contentType && { ContentType: headers.contentType }),
    ...(headers.contentEncoding && { ContentEncoding: headers.contentEncoding }),
    ...(headers.contentLanguage && { ContentLanguage: headers.contentLanguage }),
    ...(headers.contentDisposition && { ContentDisposition: headers.contentDisposition }),
    ...(headers.cacheControl && { CacheControl: headers.cacheControl }),
    ...(headers.websiteRedirect && { WebsiteRedirectLocation: headers.websiteRedirect }),
  };
}

/** A bucket can be removed only when its last version is: S3 itself says whether something was left. */
async function removeBucket({ client, name: Bucket }: SdkSide): Promise<void> {
  for (;;) {
    const { Versions = [], DeleteMarkers = [] } = await client.send(new ListObjectVersionsCommand({ Bucket }));
    const versions = [...Versions, ...DeleteMarkers];
    if (versions.length === 0) break;
    for (const { Key, VersionId } of versions) {
      await client.send(new DeleteObjectCommand({ Bucket, Key, ...(VersionId && { VersionId }) }));
    }
  }
  await client.send(new DeleteBucketCommand({ Bucket }));
}
