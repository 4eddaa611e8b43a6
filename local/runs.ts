import { setTimeout } from 'node:timers/promises';
import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DescribeExecutionCommand, ListExecutionsCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { watcher } from '../cli/reconcile/look-at-run.ts';
import { progressLine } from '../cli/terminal/progress-line.ts';
import { paths } from '../functions/reconcile/run.ts';
import type { Request } from '../functions/reconcile/run.ts';
import type { Report } from '../functions/reconcile/report/report.ts';
import type { Files } from '../shared/runs/files.ts';
import { reconcileName, reconcileStackName } from '../shared/names.ts';
import { s3Files } from '../shared/s3/s3-files.ts';
import { awsClients, type EmulatorAddress } from './aws-clients.ts';
import { patience } from './patience.ts';
import { Problem } from './problem.ts';

/** The runs of the reconcile of one source. */
export interface Runs {
  /** Starts one by hand. @returns its execution's ARN. */
  start(request?: Omit<Request, 'trigger'>): Promise<string>;
  /** The inputs of all executions, the newest first. */
  executions(): Promise<readonly { readonly arn: string; readonly input: string }[]>;
  /**
   * What the first pass of an execution reports, as soon as it is there. Meanwhile `onProgress` is told what the run waits for.
   *
   * @throws {Problem} if the execution ends without one, or gets no further.
   */
  finished(
    execution: string,
    options?: { readonly onProgress?: (said: string) => void; readonly patienceMs?: number },
  ): Promise<FinishedRun>;
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
    async finished(executionArn, { onProgress, patienceMs = PATIENCE_MS } = {}) {
      reports ??= reportsBucket(emulator, { bucket, region });
      const name = await reports;
      const files = s3Files({ name, owner: emulator.account, client: s3, signal: new AbortController().signal });
      const look = watcher({ sfn, files, execution: executionArn, now: Date.now });
      const waiting = patience(patienceMs);
      for (;;) {
        // A machine that is busy may leave a question without an answer: it is asked again.
        const seen = await look().catch((error: unknown) => ({
          phase: 'unknown' as const,
          why: error instanceof Error ? error.message : String(error),
        }));
        if (seen.phase === 'over') return finishedRun(seen.report, { files, name });
        if (seen.phase === 'lost') throw new Problem(`The reconcile has no report: ${seen.why}`);
        const said = seen.phase === 'unknown' ? `Cannot see how far it is: ${seen.why}` : progressLine(seen);
        if (waiting.isOver(JSON.stringify({ ...seen, seconds: 0 }))) {
          throw new Problem(
            `The reconcile has no report, and has got no further for ${patienceMs / 60_000} minutes. It was at: ${said}`,
          );
        }
        onProgress?.(`${said}${waiting.said()}`);
        await setTimeout(POLL_MS);
      }
    },
  };
}

/** Longer than the longest that a run waits for one thing, half an hour. */
const PATIENCE_MS = 45 * 60_000;
const POLL_MS = 500;

async function finishedRun(
  report: Report,
  { files, name }: { readonly files: Files; readonly name: string },
): Promise<FinishedRun> {
  const page = paths.page({ id: report.run });
  const html = (await files.read(page))?.text ?? '';
  return { report, html, address: `s3://${name}/${page}` };
}

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
