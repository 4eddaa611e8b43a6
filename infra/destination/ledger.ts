import { RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { LEDGER_TROUBLE_INDEX, ledgerTableName, versionsTableName } from '../../shared/names.ts';

/**
 * The table of one destination's ledger, and an index of what failed or cannot be copied: only such items have the attribute
 * `trouble`.
 *
 * It goes with the stack, unlike the replicas: what it says is about the work of this stack, and can be found out again by
 * looking at both buckets. DynamoDB keeps the last state of a deleted table for 35 days as a backup.
 */
export function ledgerTable(scope: Construct, id: string, destinationBucket: string): dynamodb.Table {
  const table = new dynamodb.Table(scope, id, {
    ...AS_ALL_TABLES,
    tableName: ledgerTableName(destinationBucket),
    partitionKey: text('key'),
  });
  table.addGlobalSecondaryIndex({
    indexName: LEDGER_TROUBLE_INDEX,
    partitionKey: text('trouble'),
    sortKey: text('recordedAt'),
  });
  return table;
}

/**
 * The table of one destination's history: of each key every version, removal and return, until it expires. A table of its own, as the
 * ledger's has one item for a key.
 *
 * It goes with the stack, too; a restore then has the replicas' own times.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html
 */
export function versionsTable(scope: Construct, id: string, destinationBucket: string): dynamodb.Table {
  return new dynamodb.Table(scope, id, {
    ...AS_ALL_TABLES,
    tableName: versionsTableName(destinationBucket),
    partitionKey: text('key'),
    sortKey: text('at'),
    timeToLiveAttribute: 'expires',
  });
}

const AS_ALL_TABLES = {
  billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
  pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
  // By a key of DynamoDB's own, which costs nothing.
  encryption: dynamodb.TableEncryption.DEFAULT,
  removalPolicy: RemovalPolicy.DESTROY,
};

function text(name: string): dynamodb.Attribute {
  return { name, type: dynamodb.AttributeType.STRING };
}
