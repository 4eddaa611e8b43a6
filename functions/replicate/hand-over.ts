import { createHash } from 'node:crypto';
import type { LongCopy } from '../../shared/copy/long-copy.ts';

/** The executions of one state machine. */
export interface Executions {
  /**
   * Starts an execution, unless there is, or was, one of that name: of the same name only one can ever run.
   *
   * @throws if the service does not take it.
   */
  start(name: string, input: { readonly copy: LongCopy }): Promise<'started' | 'runs' | 'has ended' | 'has failed'>;
}

/**
 * Leaves a copy to the state machine, once: a copy of the same state onto the same state that runs already is under way. One that has
 * ended has done what it could, and may have been undone since: then another is started, under the next number.
 */
export async function handOver(copy: LongCopy, executions: Executions): Promise<'handed over' | 'under way'> {
  let ended = 0;
  for (let attempt = 1; attempt <= MOST_ATTEMPTS && ended < MOST_ENDED; attempt++) {
    const answer = await executions.start(executionName(copy, attempt), { copy: { ...copy, attempt } });
    if (answer === 'started') return 'handed over';
    if (answer === 'runs') return 'under way';
    if (answer === 'has ended') ended++;
  }
  throw new Error(
    `Cannot hand over the copy of "${copy.key}": in the last 90 days ${ended} executions for these very states of source and replica have ended without it`,
  );
}

/** Step Functions keeps a name for 90 days. */
const MOST_ATTEMPTS = 500;
/** As if nothing were wrong, with the key left to the inbox, or with a replica that somebody removed. Of those that failed a person was told, who mends the cause. */
const MOST_ENDED = 5;

/**
 * At most 80 characters. Of all that a copy is of, not of the ETag alone: content that returns, or a replica that was changed meanwhile, is another copy, for which
 * an execution that is just about to end must not be taken.
 */
export function executionName({ key, sourceETag, source, replicaETag }: LongCopy, attempt: number): string {
  const copy = JSON.stringify([key, sourceETag, source, replicaETag]);
  return `${createHash('sha256').update(copy).digest('hex')}-${attempt}`;
}
