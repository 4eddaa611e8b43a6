import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Emulator } from './emulator.ts';

/** Clients of the emulator for one Region, made once. They know nothing of the user's own AWS set-up. */
export function awsClients(emulator: EmulatorAddress, region: string): AwsClients {
  const key = `${emulator.endpoint} ${region}`;
  const clients = made.get(key) ?? makeClients(emulator, region);
  made.set(key, clients);
  return clients;
}

export type EmulatorAddress = Pick<Emulator, 'endpoint' | 'account'>;
export type AwsClients = ReturnType<typeof makeClients>;

const made = new Map<string, AwsClients>();

function makeClients({ endpoint, account }: EmulatorAddress, region: string) {
  const options = { endpoint, region, credentials: { accessKeyId: account, secretAccessKey: 'test' } };
  return {
    cloudFormation: new CloudFormationClient(options),
    dynamoDB: new DynamoDBClient(options),
    sfn: new SFNClient(options),
    sns: new SNSClient(options),
    sqs: new SQSClient(options),
    // The name of a bucket is not the name of a host here.
    s3: new S3Client({ ...options, forcePathStyle: true }),
  };
}
