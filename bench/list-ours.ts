/** Lists as the sweep does. */
import { s3ListedBucket, s3ListingClient } from '../shared/s3/s3-listing.ts';
import { ACCOUNT, REGION } from './contestant.ts';
import { lister } from './lister.ts';
import { seePage } from './see-page.ts';

Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'bench', AWS_SECRET_ACCESS_KEY: 'bench' });

lister(async ({ endpoint, bucket }, seen) => {
  process.env['AWS_ENDPOINT_URL_S3'] = endpoint;
  const client = s3ListingClient(REGION, { attempts: 3, sockets: 16, endpoint, reader: 'scanner' });
  const listed = s3ListedBucket({ name: bucket, owner: ACCOUNT, client, signal: new AbortController().signal });
  for await (const page of listed.pages({})) seePage(page, seen);
  client.destroy();
});
