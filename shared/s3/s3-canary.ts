import { GetObjectCommand, GetObjectTaggingCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import type { Tag } from '../objects/bucket.ts';
import { CANARY_KEY } from '../names.ts';
import { errorCode } from './s3-answer.ts';
import { explained, unlessStatus, unquoted } from './s3-wire.ts';

interface Access {
  readonly name: string;
  /** The account that must own the bucket. */
  readonly owner: string;
  readonly client: S3Client;
}

/** The canary in the source: the only object that is ever written there. */
export function s3Canary({ name, owner, client }: Access) {
  return {
    /** @returns its ETag. @throws {BucketError} */
    async put(canary: {
      readonly content: string;
      readonly metadata: Readonly<Record<string, string>>;
      readonly tag: Tag;
    }): Promise<string> {
      const command = new PutObjectCommand({
        Bucket: name,
        ExpectedBucketOwner: owner,
        Key: CANARY_KEY,
        Body: canary.content,
        ContentType: 'text/plain',
        Metadata: { ...canary.metadata },
        Tagging: `${encodeURIComponent(canary.tag.key)}=${encodeURIComponent(canary.tag.value)}`,
      });
      const { ETag = '' } = await explained(`Cannot write "${CANARY_KEY}" to "${name}"`, () => client.send(command));
      return unquoted(ETag);
    },
  };
}

export interface CanaryReplica {
  readonly etag: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: readonly Tag[];
  /** Read only where the ETag is another one than was expected, as with KMS. Absent also if it is in an archive. */
  readonly content?: string;
}

/** The canary in a destination. */
export function s3CanaryReplica({ name, owner, client }: Access) {
  const input = { Bucket: name, ExpectedBucketOwner: owner, Key: CANARY_KEY };
  const doing = `Cannot look at "${CANARY_KEY}" in "${name}"`;
  return {
    /** @returns `undefined` if it is not there. @throws {BucketError} */
    async look(expectedETag: string): Promise<CanaryReplica | undefined> {
      const head = await unlessStatus(404, doing, () => client.send(new HeadObjectCommand(input)));
      if (head === undefined) return undefined;
      const etag = unquoted(head.ETag ?? '');
      const { TagSet = [] } = await explained(doing, () => client.send(new GetObjectTaggingCommand(input)));
      const content = etag === expectedETag ? undefined : await read();
      return {
        etag,
        metadata: head.Metadata ?? {},
        tags: TagSet.map((tag) => ({ key: tag.Key ?? '', value: tag.Value ?? '' })),
        ...(content !== undefined && { content }),
      };
    },
  };

  async function read(): Promise<string | undefined> {
    return explained(doing, async () => {
      try {
        const { Body } = await client.send(new GetObjectCommand(input));
        return await Body?.transformToString();
      } catch (error) {
        if (errorCode(error) === 'InvalidObjectState') return undefined;
        throw error;
      }
    });
  }
}
