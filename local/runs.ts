import { setTimeout } from 'node:timers/promises';
import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { GetObjectCommand, NoSuchKey } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, ListExecutionsCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { newRun, paths } from '../functions/reconcile/run.ts';
import type { Request } from '../functions/reconcile/run.ts';
import type { Report } from '../functions/reconcile/report/report.ts';
import { reconcileName, reconcileStackName } from '../shared/names.ts';
import { awsClients, type EmulatorAddress } from './aws-clients.ts';
import { Problem } from './problem.ts';

/** The runs of the reconcile of one source. */
export interface Runs {
  /** Starts one by hand. @returns its execution's ARN. */
  start(request?: Omit<Request, 'trigger'>): Promise<string>;
  /** The inputs of all executions, the newest first. */
  executions(): Promise<readonly { readonly arn: string; readonly input: string }[]>;
  /**
   * What the first pass of an execution reports, as soon as it is there.
   *
   * @throws {Problem} if it is not there in time, or the execution ends without one.
   */
  finished(execution: string): Promise<FinishedRun>;
}

export interface FinishedRun {
  readonly report: Report;
  readonly html: string;
  /** `s3://…` */
  readonly address: string;
}

export function runsOf(
  emulator: EmulatorAddress,
  { bucket, region }: { readonly bucket: string; readonly region: string },
): Runs {
  const { sfn, s3 } = awsClients(emulator, region);
  const stateMachineArn = `arn:aws:states:${region}:${emulator.account}:stateMachine:${reconcileName(bucket)}`;
  let reports: Promise<string> | undefined;
  return {
    async start(request = {}) {
      const input = JSON.stringify({ trigger: 'hand', ...request });
      const { executionArn = '' } = await sfn.send(new StartExecutionCommand({ stateMachineArn, input }));
      return executionArn;
    },
    async executions() {
      const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn }));
      return Promise.all(
        executions.map(async ({ executionArn: arn = '' }) => {
          const { input = '' } = await sfn.send(new DescribeExecutionCommand({ executionArn: arn }));
          return { arn, input };
        }),
      );
    },
    async finished(executionArn) {
      reports ??= reportsBucket(emulator, { bucket, region });
      const reportsIn = await reports;
      const read = async (Key: string) => {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: reportsIn, Key }));
        return (await Body?.transformToString()) ?? '';
      };
      const deadline = Date.now() + PATIENCE_MS;
      for (;;) {
        const execution = await sfn.send(new DescribeExecutionCommand({ executionArn }));
        const { startDate = new Date(0), status, input = '{}', cause } = execution;
        const request: Request = JSON.parse(input);
        const run = newRun({ execution: executionArn, startedAt: startDate.toISOString(), pass: 1, request });
        const json = await read(paths.report(run)).catch((error: unknown) => {
          if (error instanceof NoSuchKey) return undefined;
          throw error;
        });
        if (json !== undefined) {
          const html = await read(paths.page(run));
          return { report: JSON.parse(json), html, address: `s3://${reportsIn}/${paths.page(run)}` };
        }
        if (status !== 'RUNNING')
          throw new Problem(
            `The reconcile ended as ${status} without a report: ${cause ?? 'see the emulator’s log in .local'}`,
          );
        if (Date.now() > deadline) throw new Problem(`The reconcile has no report after ${PATIENCE_MS / 1000} s`);
        await setTimeout(POLL_MS);
      }
    },
  };
}

const PATIENCE_MS = 180_000;
const POLL_MS = 500;

async function reportsBucket(
  emulator: EmulatorAddress,
  { bucket, region }: { readonly bucket: string; readonly region: string },
): Promise<string> {
  const { cloudFormation } = awsClients(emulator, region);
  const stack = reconcileStackName(bucket);
  const { Stacks = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName: stack }));
  const output = Stacks[0]?.Outputs?.find(({ OutputKey }) => OutputKey === 'ReportsBucket')?.OutputValue;
  if (output === undefined) throw new Problem(`The stack ${stack} does not say where its reports are`);
  return output;
}
