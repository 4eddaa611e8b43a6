import { DescribeTableCommand, DynamoDBClient, ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import { ledgerTableName, versionsTableName } from '../../shared/names.ts';
import type { Place } from './request.ts';

/**
 * Whether a bucket is a destination, of whatever source: beside each are the two tables of its ledger, which bear its name.
 *
 * @throws if DynamoDB does not tell.
 */
export async function isDestination({ bucket, region }: Pick<Place, 'bucket' | 'region'>): Promise<boolean> {
  const client = new DynamoDBClient({ region });
  for (const name of [ledgerTableName(bucket), versionsTableName(bucket)])
    if (!(await hasTable(client, name))) return false;
  return true;
}

async function hasTable(client: DynamoDBClient, name: string): Promise<boolean> {
  try {
    await client.send(new DescribeTableCommand({ TableName: name }));
    return true;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return false;
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`Cannot look whether there is a table "${name}": ${why}`, { cause: error });
  }
}
