import { RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { LEDGER_TROUBLE_INDEX, ledgerTableName } from '../shared/names.ts';

/**
 * The table of one destination's ledger, and an index of what failed or cannot be copied: only such items have the attribute
 * `trouble`.
 *
 * It goes with the stack, unlike the replicas: what it says is about the work of this stack, and can be found out again by
 * looking at both buckets. DynamoDB keeps the last state of a deleted table for 35 days as a backup.
 */
export function ledgerTable(scope: Construct, id: string, destinationBucket: string): dynamodb.Table {
  const text = (name: string) => ({ name, type: dynamodb.AttributeType.STRING });
  const table = new dynamodb.Table(scope, id, {
    tableName: ledgerTableName(destinationBucket),
    partitionKey: text('key'),
    billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    // By a key of DynamoDB's own, which costs nothing.
    encryption: dynamodb.TableEncryption.DEFAULT,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  table.addGlobalSecondaryIndex({
    indexName: LEDGER_TROUBLE_INDEX,
    partitionKey: text('trouble'),
    sortKey: text('recordedAt'),
  });
  return table;
}
