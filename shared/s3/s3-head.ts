import { HeadObjectCommand } from '@aws-sdk/client-s3';
import type { HeadObjectCommandInput, HeadObjectCommandOutput, S3Client } from '@aws-sdk/client-s3';

/**
 * Sends a HEAD.
 *
 * The SDK collects user metadata in a plain object, in which a name such as `__proto__` is lost. Here all of them are read from the headers as
 * they came.
 *
 * @throws what the SDK throws.
 */
export async function sendHead(
  client: S3Client,
  input: HeadObjectCommandInput,
  options: { readonly abortSignal: AbortSignal },
): Promise<HeadObjectCommandOutput> {
  const command = new HeadObjectCommand(input);
  let Metadata: Record<string, string> | undefined;
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      if (hasHeaders(result.response)) Metadata = metadataIn(result.response.headers);
      return result;
    },
    { step: 'deserialize', name: 'metadataAsItIs' },
  );
  const output = await client.send(command, options);
  return { ...output, ...(Metadata && { Metadata }) };
}

const PREFIX = 'x-amz-meta-';

/** `fromEntries` defines each name, where an assignment to `__proto__` would set the prototype. */
function metadataIn(headers: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([header, value]) => {
      const name = header.toLowerCase();
      return name.startsWith(PREFIX) ? [[name.slice(PREFIX.length), String(value)] as const] : [];
    }),
  );
}

function hasHeaders(response: unknown): response is { readonly headers: object } {
  if (typeof response !== 'object' || response === null || !('headers' in response)) return false;
  return typeof response.headers === 'object' && response.headers !== null;
}
