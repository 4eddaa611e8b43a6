import type { Source } from '../../infra/config/replicator.ts';
import { reconcileStackName } from '../../shared/names.ts';
import { stackOutputs } from './stack-outputs.ts';
import { UsageError } from '../terminal/usage-error.ts';

/** Where the runs of a source are made, and kept. */
export interface ReconcileStack {
  readonly reportsBucket: string;
  readonly stateMachineArn: string;
  /** Absent in a stack that was deployed before it had this output. */
  readonly reportsTopicArn: string | undefined;
}

/** @throws {UsageError} if it is not deployed, or cannot be looked at. */
export async function findReconcileStack({
  bucket,
  region,
}: Pick<Source, 'bucket' | 'region'>): Promise<ReconcileStack> {
  const StackName = reconcileStackName(bucket);
  const outputs = await stackOutputs(StackName, region);
  const [reportsBucket, stateMachineArn] = [outputs.get('ReportsBucket'), outputs.get('StateMachineArn')];
  if (reportsBucket === undefined || stateMachineArn === undefined)
    throw new UsageError(`The stack ${StackName} is not deployed to its end: npx cdk deploy ${StackName}`);
  return { reportsBucket, stateMachineArn, reportsTopicArn: outputs.get('ReportsTopicArn') };
}
