/** Lists as the sweep does. */
import { s3ListedBucket, s3ListingClient } from '../shared/s3-listing.ts';
import { textAt } from '../shared/texts.ts';
import { ACCOUNT, REGION } from './contestant.ts';
import { lister } from './lister.ts';

Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'bench', AWS_SECRET_ACCESS_KEY: 'bench' });

lister(async ({ endpoint, bucket }, see) => {
  process.env['AWS_ENDPOINT_URL_S3'] = endpoint;
  const client = s3ListingClient(REGION, { attempts: 3, sockets: 16, endpoint, reader: 'scanner' });
  const listed = s3ListedBucket({ name: bucket, owner: ACCOUNT, client, signal: new AbortController().signal });
  for await (const { keys, etags, sizes } of listed.pages({})) {
    for (let row = 0; row < keys.length; row++) see(textAt(keys, row), textAt(etags, row), sizes[row] ?? 0);
  }
  client.destroy();
});
