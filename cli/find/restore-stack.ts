import type { Source } from '../../infra/config/replicator.ts';
import { restoreStackName } from '../../shared/names.ts';
import { stackOutputs } from './stack-outputs.ts';
import { UsageError } from '../terminal/usage-error.ts';

/** Where the restores of a source are made, and kept. */
export interface RestoreStack {
  readonly reportsBucket: string;
  readonly stateMachineArn: string;
  /** Absent in a stack that was deployed before it had this output. */
  readonly reportsTopicArn: string | undefined;
}

/** @throws {UsageError} if it is not deployed, or cannot be looked at. */
export async function findRestoreStack({ bucket, region }: Pick<Source, 'bucket' | 'region'>): Promise<RestoreStack> {
  const name = restoreStackName(bucket);
  const outputs = await stackOutputs(name, region);
  const [reportsBucket, stateMachineArn] = [outputs.get('ReportsBucket'), outputs.get('StateMachineArn')];
  if (reportsBucket === undefined || stateMachineArn === undefined)
    throw new UsageError(`The stack ${name} is not deployed to its end: npx cdk deploy ${name}`);
  return { reportsBucket, stateMachineArn, reportsTopicArn: outputs.get('ReportsTopicArn') };
}
