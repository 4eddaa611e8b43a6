import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  type ExecutionStatus,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, describe, expect, it } from 'vitest';
import { executionName, handOver } from '../../../functions/replicate/hand-over.ts';
import type { LongCopy } from '../../../shared/copy/long-copy.ts';
import { sfnExecutions } from '../../../functions/replicate/sfn-executions.ts';
import { objectKey } from '../../../shared/objects/object-key.ts';

const sfn = mockClient(SFNClient);
afterEach(() => sfn.reset());

const arn = 'arn:aws:states:eu-west-1:111122223333:stateMachine:photos-eu-long-copy';
const copy: LongCopy = {
  key: objectKey('a/long film.mov'),
  sourceETag: `${'a'.repeat(32)}-40`,
  source: 'b'.repeat(64),
  attempt: 1,
  rounds: 0,
};
const executions = sfnExecutions({ region: 'eu-west-1', arn });

/** Executions that there are, by their number. */
function thereAre(statuses: readonly ExecutionStatus[]): void {
  const known = new Map(statuses.map((status, index) => [executionName(copy, index + 1), status]));
  sfn.on(StartExecutionCommand).callsFake(({ name }: { name: string }) => {
    if (known.has(name)) throw new ExecutionAlreadyExists({ message: 'it exists', $metadata: {} });
    return { executionArn: 'new' };
  });
  sfn.on(DescribeExecutionCommand).callsFake(({ executionArn }: { executionArn: string }) => {
    const [prefix, name = ''] = [executionArn.slice(0, executionArn.lastIndexOf(':')), executionArn.split(':').at(-1)];
    expect(prefix).toBe(arn.replace(':stateMachine:', ':execution:'));
    return { status: known.get(name) };
  });
}

const started = () => sfn.commandCalls(StartExecutionCommand).map(({ args }) => args[0].input);

describe('handOver()', () => {
  it('starts an execution with the copy, and no more than that', async () => {
    thereAre([]);
    expect(await handOver({ ...copy, uploadId: 'u' }, executions)).toBe('handed over');
    expect(started()).toEqual([
      {
        stateMachineArn: arn,
        name: executionName(copy, 1),
        input: JSON.stringify({ copy: { ...copy, uploadId: 'u', attempt: 1 } }),
      },
    ]);
  });

  it('takes a name that runs for a copy under way', async () => {
    thereAre(['RUNNING']);
    expect(await handOver(copy, executions)).toBe('under way');
    expect(started()).toHaveLength(1);
  });

  it.each(['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'] as const)(
    'goes on to the next number after one that is %s',
    async (status) => {
      thereAre([status, status]);
      expect(await handOver(copy, executions)).toBe('handed over');
      expect(started().at(-1)).toMatchObject({
        name: executionName(copy, 3),
        input: expect.stringContaining('"attempt":3'),
      });
    },
  );

  it('finds the one that runs behind those that have ended', async () => {
    thereAre(['FAILED', 'RUNNING']);
    expect(await handOver(copy, executions)).toBe('under way');
  });

  it('gives up when the same copy has ended five times as if nothing were wrong', async () => {
    thereAre(Array.from({ length: 5 }, () => 'SUCCEEDED' as const));
    await expect(handOver(copy, executions)).rejects.toThrow(/5 executions .* ended without it/);
  });

  it('does not count those that failed, of which a person was told', async () => {
    thereAre([...Array.from({ length: 20 }, () => 'FAILED' as const), 'SUCCEEDED', 'ABORTED', 'TIMED_OUT']);
    expect(await handOver(copy, executions)).toBe('handed over');
  });

  it('says so when the service does not take it', async () => {
    sfn.on(StartExecutionCommand).rejects(new Error('no such state machine'));
    await expect(handOver(copy, executions)).rejects.toThrow(/Cannot hand over .*photos-eu-long-copy: .*no such state/);
  });
});

describe('executionName()', () => {
  it('is one that Step Functions takes', () => {
    expect(executionName({ ...copy, key: objectKey('ü/'.repeat(300)) }, 500)).toMatch(/^[0-9a-f-]{1,80}$/);
  });

  it('is the same for the same copy, whatever has been done of it', () => {
    expect(executionName({ ...copy, uploadId: 'u', rounds: 7, partSize: 5 }, 1)).toBe(executionName(copy, 1));
  });

  it.each<[string, Partial<LongCopy>]>([
    ['key', { key: objectKey('b') }],
    ['ETag of the source', { sourceETag: 'c'.repeat(32) }],
    ['state of the source', { source: 'c'.repeat(64) }],
    ['replica', { replicaETag: 'c'.repeat(32) }],
  ])('differs for another %s', (_, other) => {
    expect(executionName({ ...copy, ...other }, 1)).not.toBe(executionName(copy, 1));
  });

  it('differs for another attempt', () => {
    expect(executionName(copy, 2)).not.toBe(executionName(copy, 1));
  });
});
