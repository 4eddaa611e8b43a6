import type { Replicator } from '../../infra/config/replicator.ts';
import type { Files } from '../../shared/runs/files.ts';
import { explained } from '../aws/explained.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { RestoreOptions } from './restore-request.ts';
import type { RestoreStack } from '../find/restore-stack.ts';

/** A restore as the command line has it. */
export interface RestoreRun {
  readonly options: RestoreOptions;
  readonly replicator: Replicator;
  readonly stack: RestoreStack;
  readonly terminal: Terminal;
  readonly files: Files;
}

/** @throws {UsageError} */
export async function explainedRead<T>(work: () => Promise<T>): Promise<T> {
  return explained('see how far the restore is', {
    remedy:
      'the credentials in use need states:DescribeExecution, and s3:GetObject and s3:ListBucket on the bucket of its reports',
    work,
  });
}
