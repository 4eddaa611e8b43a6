import type { DescribeExecutionCommandOutput } from '@aws-sdk/client-sfn';
import { errorInWords } from '../../shared/error-in-words.ts';

/** Why an execution left no report behind. */
export function whyLost({
  status,
  error,
  cause,
}: Pick<DescribeExecutionCommandOutput, 'status' | 'error' | 'cause'>): string {
  const why = [error, cause].filter((part) => part !== undefined && part !== '').join(': ');
  return `The execution ended without a report: ${status}${why === '' ? '' : `, ${errorInWords(why)}`}`;
}
