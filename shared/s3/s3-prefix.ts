import type { S3Client } from '@aws-sdk/client-s3';

/** A client whose every key begins with a prefix, of which those who use it know nothing. What is copied from has its key elsewhere, and keeps it. */
export function underPrefix(client: S3Client, prefix: string | undefined): S3Client {
  if (prefix === undefined) return client;
  client.middlewareStack.add(
    (next) => (args) => {
      const { input } = args;
      return next(
        'Key' in input && input.Key !== undefined
          ? { ...args, input: { ...input, Key: `${prefix}${input.Key}` } }
          : args,
      );
    },
    { step: 'initialize', name: 'underPrefix' },
  );
  return client;
}
