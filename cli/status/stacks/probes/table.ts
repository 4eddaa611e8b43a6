import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { NAMED, unlessGone, WORDS } from '../probe.ts';
import type { Probe } from '../probe.ts';

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html */
export const table: Probe = {
  async look({ id: TableName, region }, clients) {
    const client = clients.tables(region);
    const found = await unlessGone(['ResourceNotFoundException', 'TableNotFoundException'], async () => {
      const [{ Table }, { TimeToLiveDescription: ttl }, { ContinuousBackupsDescription: backups }] = await Promise.all([
        client.send(new DescribeTableCommand({ TableName })),
        client.send(new DescribeTimeToLiveCommand({ TableName })),
        client.send(new DescribeContinuousBackupsCommand({ TableName })),
      ]);
      return { Table, ttl, backups };
    });
    if (found?.Table === undefined) return undefined;
    const { Table, ttl, backups } = found;
    const isOn = ttl?.TimeToLiveStatus === 'ENABLED' || ttl?.TimeToLiveStatus === 'ENABLING';
    const recovery = backups?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus;
    return {
      TableStatus: USABLE.has(Table.TableStatus ?? '') ? undefined : Table.TableStatus,
      AttributeDefinitions: Table.AttributeDefinitions,
      KeySchema: Table.KeySchema,
      GlobalSecondaryIndexes: Table.GlobalSecondaryIndexes?.map(
        ({ IndexName, KeySchema, Projection, IndexStatus }) => ({
          IndexName,
          KeySchema,
          Projection,
          // It answers nothing before.
          ...(IndexStatus === 'CREATING' && { IndexStatus }),
        }),
      ),
      BillingMode: Table.BillingModeSummary?.BillingMode ?? 'PROVISIONED',
      TimeToLiveSpecification: isOn ? { AttributeName: ttl?.AttributeName, Enabled: true } : undefined,
      PointInTimeRecoverySpecification: recovery === 'ENABLED' ? { PointInTimeRecoveryEnabled: true } : undefined,
    };
  },
  watched: {
    TableStatus: undefined,
    AttributeDefinitions: undefined,
    KeySchema: undefined,
    GlobalSecondaryIndexes: undefined,
    BillingMode: 'PROVISIONED',
    TimeToLiveSpecification: undefined,
    PointInTimeRecoverySpecification: undefined,
  },
  unwatched: {
    TableName: NAMED,
    SSESpecification: 'a key that cannot be used shows in the status of the table',
    Tags: WORDS,
  },
  actions: 'dynamodb:DescribeTable, dynamodb:DescribeTimeToLive, dynamodb:DescribeContinuousBackups',
};

const USABLE: ReadonlySet<string> = new Set(['ACTIVE', 'UPDATING']);
