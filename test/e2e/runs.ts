import { setTimeout } from 'node:timers/promises';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, ListExecutionsCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { inject } from 'vitest';
import { newRun, paths } from '../../functions/reconcile/run.ts';
import type { Request } from '../../functions/reconcile/run.ts';
import type { Report } from '../../functions/reconcile/report.ts';
import { reconcileName } from '../../shared/names.ts';

/** The runs of the reconcile of one source in the emulator. */
export function runsOf({ bucket, region }: { readonly bucket: string; readonly region: string }) {
  const { endpoint, account } = inject('emulator');
  const access = { endpoint, region, credentials: { accessKeyId: account, secretAccessKey: 'test' } };
  const sfn = new SFNClient(access);
  const s3 = new S3Client({ ...access, forcePathStyle: true });
  const stateMachineArn = `arn:aws:states:${region}:${account}:stateMachine:${reconcileName(bucket)}`;
  return { start, inputs, latest, report };

  async function start(request: Omit<Request, 'trigger'> = {}): Promise<string> {
    const input = JSON.stringify({ trigger: 'hand', ...request });
    const { executionArn = '' } = await sfn.send(new StartExecutionCommand({ stateMachineArn, input }));
    return executionArn;
  }

  async function latest(): Promise<string> {
    const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn }));
    return executions[0]?.executionArn ?? '';
  }

  async function inputs(): Promise<readonly string[]> {
    const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn }));
    const all = executions.map(({ executionArn }) => sfn.send(new DescribeExecutionCommand({ executionArn })));
    return (await Promise.all(all)).map(({ input }) => input ?? '');
  }

  /** The report of an execution's first pass, as soon as it is there. @throws if it is not there in time, or the execution ends without. */
  async function report(executionArn: string, reportsBucket: string): Promise<Report> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const { startDate, status, input = '', cause } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
      if (startDate === undefined) throw new Error(`${executionArn} has no start`);
      const request: Request = JSON.parse(input);
      const run = newRun({ execution: executionArn, startedAt: startDate.toISOString(), pass: 1, request });
      const found = await s3
        .send(new GetObjectCommand({ Bucket: reportsBucket, Key: paths.report(run) }))
        .then(async ({ Body }) => Body?.transformToString())
        .catch(() => undefined);
      if (found !== undefined) return JSON.parse(found);
      if (status !== 'RUNNING') throw new Error(`The run ended ${status} without a report: ${cause}`);
      if (Date.now() > deadline) throw new Error(`No report of ${executionArn} after ${PATIENCE_MS} ms`);
      await setTimeout(500);
    }
  }
}

const PATIENCE_MS = 100_000;
