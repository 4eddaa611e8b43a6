import { ListBucketsCommand, type S3Client } from '@aws-sdk/client-s3';

/** Stacks can be only where the CDK was bootstrapped, and there its bucket for assets is. */
export async function bootstrappedRegions(s3: S3Client): Promise<readonly string[]> {
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  return Buckets.flatMap(({ Name }) => /^cdk-hnb659fds-assets-\d+-(.+)$/.exec(Name ?? '')?.[1] ?? []);
}
