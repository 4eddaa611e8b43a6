import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { expect, it } from 'vitest';
import { awsWorld } from '../../../functions/reconcile/aws-world.ts';
import { objectKey } from '../../../shared/objects/object-key.ts';

const ENVIRONMENT = {
  SOURCE_BUCKET: 'photos',
  SOURCE_ACCOUNT: '111122223333',
  SOURCE_REGION: 'us-east-1',
  TOPIC_ARN: 'arn:aws:sns:us-east-1:111122223333:photos-fanout',
  AWS_REGION: 'us-east-1',
  AWS_LAMBDA_FUNCTION_NAME: 'photos-reconcile',
  REPORTS_BUCKET: 'reports',
};

it('asks what is given back through one client, whatever the number of ranges and parts', async () => {
  const s3 = mockClient(S3Client);
  s3.on(ListObjectsV2Command).resolves({ Contents: [], IsTruncated: false });
  const world = awsWorld(ENVIRONMENT, { getRemainingTimeInMillis: () => 60_000 });
  for (const after of ['a', 'b', 'c']) {
    const givenBack = world.givenBack({ after: objectKey(after) });
    for (const through of ['m', 'n', 'o']) await givenBack({ through: objectKey(through) });
  }
  const calls = s3.commandCalls(ListObjectsV2Command);
  expect(calls).toHaveLength(3);
  expect(new Set(calls.map(({ thisValue }) => thisValue)).size).toBe(1);
});
