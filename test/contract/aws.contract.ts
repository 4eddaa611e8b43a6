import { randomUUID } from 'node:crypto';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { s3Client } from '../../shared/s3/s3-bucket.ts';
import { bucketContract } from './bucket-contract.ts';
import { sdkGround } from './sdk-ground.ts';

/** Runs on the account of the credentials in use, by `npm run test:aws` only. Costs a few hundred requests. */
bucketContract('AWS', async () => {
  const { Account } = await new STSClient({ region: 'us-east-1' }).send(new GetCallerIdentityCommand({}));
  if (Account === undefined) throw new Error('AWS does not tell whose credentials these are');
  const run = randomUUID().slice(0, 8);
  const side = (name: string, region: string) => {
    const client = (attempts: number) => s3Client(region, { attempts, sockets: 10, endpoint: undefined });
    return { name: `fanout-contract-${run}-${name}`, client: client(3), commitClient: client(1) };
  };
  return sdkGround(Account, {
    source: side('source', process.env['SOURCE_REGION'] ?? 'us-east-1'),
    destination: side('destination', process.env['DESTINATION_REGION'] ?? 'eu-west-1'),
  });
});
