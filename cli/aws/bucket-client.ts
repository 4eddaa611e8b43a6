import type { S3Client } from '@aws-sdk/client-s3';
import { s3Endpoint } from '../../shared/environment.ts';
import { s3Client } from '../../shared/s3/s3-bucket.ts';
import { proxyIn } from './client-options.ts';

/** What commands reach buckets with, as `clientOptions` is for everything else. */
export function bucketClient(region: string, how: { readonly attempts: number; readonly sockets: number }): S3Client {
  return s3Client(region, { ...how, endpoint: s3Endpoint(process.env), proxyEnv: proxyIn(process.env) });
}
