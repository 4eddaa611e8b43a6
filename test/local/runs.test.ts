import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Progress } from '../../cli/terminal/progress.ts';
import { runsOf } from '../../local/runs.ts';
import { sampleReport } from '../support/sample-report.ts';

const look = vi.hoisted(() => vi.fn<() => Promise<Progress>>());
vi.mock('../../cli/reconcile/look-at-run.ts', () => ({ watcher: () => look }));
vi.mock('../../shared/s3/s3-files.ts', () => ({
  s3Files: () => ({ read: async () => ({ text: '<html>', etag: '' }) }),
}));
mockClient(CloudFormationClient)
  .on(DescribeStacksCommand)
  .resolves({
    Stacks: [
      {
        StackName: 'x',
        CreationTime: new Date(0),
        StackStatus: 'CREATE_COMPLETE',
        Outputs: [{ OutputKey: 'ReportsBucket', OutputValue: 'reports' }],
      },
    ],
  });

const runs = runsOf(
  { endpoint: 'http://127.0.0.1:1', account: '000000000000' },
  { bucket: 'photos', region: 'eu-west-1' },
);
const report = sampleReport();
beforeEach(() => look.mockReset());

describe('a run that is waited for', () => {
  it('tells what it waits for, and outlives questions that a busy machine does not answer', async () => {
    look
      .mockResolvedValueOnce({ phase: 'planning' })
      .mockRejectedValueOnce(new Error('socket hang up'))
      .mockResolvedValueOnce({ phase: 'verifying', ranges: { done: 1, all: 2 } })
      .mockResolvedValueOnce({ phase: 'over', report });
    const said: string[] = [];
    const finished = await runs.finished('arn', { onProgress: (one) => said.push(one) });
    expect(finished).toEqual({ report, html: '<html>', address: `s3://reports/runs/${report.run}/report.html` });
    expect(said).toEqual([
      'Planning: finding the destinations',
      'Cannot see how far it is: socket hang up',
      'Verifying: 1 of 2 ranges that differed are listed again',
    ]);
  });

  it('is given up when it gets no further, with what it was at', async () => {
    look.mockResolvedValue({ phase: 'verifying', ranges: { done: 1, all: 2 } });
    await expect(runs.finished('arn', { patienceMs: 0 })).rejects.toThrow(
      'has got no further for 0 minutes. It was at: Verifying: 1 of 2 ranges that differed are listed again',
    );
  });

  it('is over when it ended without a report, with the reason', async () => {
    look.mockResolvedValue({ phase: 'lost', why: 'the execution timed out' });
    await expect(runs.finished('arn')).rejects.toThrow('The reconcile has no report: the execution timed out');
  });
});
