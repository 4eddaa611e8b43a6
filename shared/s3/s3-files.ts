import { GetObjectCommand, paginateListObjectsV2, PutObjectCommand } from '@aws-sdk/client-s3';
import type { Files } from '../runs/files.ts';
import { errorCode, statusOf } from './s3-answer.ts';
import type { BucketAccess } from './s3-access.ts';
import { explained, quoted, unlessStatus, unquoted } from './s3-wire.ts';

/** Files as objects of a bucket of our own. */
export function s3Files({ name: bucket, owner, client, signal }: BucketAccess): Files {
  const input = { Bucket: bucket, ExpectedBucketOwner: owner };
  const options = { abortSignal: signal };
  return {
    async read(Key) {
      return unlessStatus(404, `Cannot read "${Key}" in "${bucket}"`, async () => {
        const { Body, ETag = '' } = await client.send(new GetObjectCommand({ ...input, Key }), options);
        if (Body === undefined) throw new Error('S3 answered without a body');
        return { text: await Body.transformToString(), etag: unquoted(ETag) };
      });
    },
    async write(Key, text, condition) {
      const command = new PutObjectCommand({
        ...input,
        Key,
        Body: text,
        ContentType: contentType(Key),
        ...(condition === 'absent' && { IfNoneMatch: '*' }),
        ...(typeof condition === 'object' && { IfMatch: quoted(condition.etag) }),
      });
      return explained(`Cannot write "${Key}" in "${bucket}"`, async () => {
        try {
          const { ETag = '' } = await client.send(command, options);
          return { etag: unquoted(ETag) };
        } catch (error) {
          if (condition !== undefined && isMoved(error)) return undefined;
          throw error;
        }
      });
    },
    async list(Prefix) {
      return explained(`Cannot list "${bucket}"`, async () => {
        const names: string[] = [];
        for await (const { Contents = [] } of paginateListObjectsV2({ client }, { ...input, Prefix }))
          names.push(...Contents.flatMap(({ Key }) => Key ?? []));
        return names;
      });
    },
  };
}

/** 412: the condition does not hold; 409: somebody else is writing it right now; 404 of a key: it is gone. */
function isMoved(error: unknown): boolean {
  const status = statusOf(error);
  return status === 412 || status === 409 || (status === 404 && errorCode(error) !== 'NoSuchBucket');
}

function contentType(name: string): string {
  if (name.endsWith('.html')) return 'text/html; charset=utf-8';
  return name.endsWith('.jsonl') ? 'application/x-ndjson' : 'application/json';
}
