import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import type { SFNClient } from '@aws-sdk/client-sfn';
import type { Plan } from '../../functions/restore/plan.ts';
import type { Report } from '../../functions/restore/report/report.ts';
import { paths } from '../../functions/restore/run.ts';
import type { ShareStep } from '../../functions/restore/run.ts';
import type { Share } from '../../functions/restore/share.ts';
import { sumOf } from '../../functions/restore/tally.ts';
import type { Tally } from '../../functions/restore/tally.ts';
import type { Files } from '../../shared/runs/files.ts';
import { count, size } from '../../shared/report/in-words.ts';
import { readJson } from '../aws/read-json.ts';
import { whyLost } from '../aws/why-lost.ts';

/** How far a restore has come, as far as its files tell. */
export type RestoreProgress =
  | { readonly phase: 'planning' }
  | {
      readonly phase: 'restoring';
      readonly tally: Tally;
      readonly parts: { readonly done: number; readonly all: number };
    }
  /** For an archive, or in several invocations. */
  | { readonly phase: 'finishing'; readonly tally: Tally }
  | { readonly phase: 'over'; readonly report: Report }
  /** It ended without a report: why. */
  | { readonly phase: 'lost'; readonly why: string };

/** Looks how far it is, through the same files by which its steps know. */
export async function lookAtRestore({
  sfn,
  files,
  execution,
  token,
}: {
  readonly sfn: SFNClient;
  readonly files: Files;
  /** ARN. */
  readonly execution: string;
  readonly token: string;
}): Promise<RestoreProgress> {
  // First this: if it has ended by now, so is the report written by now.
  const described = await sfn.send(new DescribeExecutionCommand({ executionArn: execution }));
  const report = await readJson<Report>(files, paths.report({ token }));
  if (report !== undefined) return { phase: 'over', report };
  if (described.status !== 'RUNNING' && described.status !== 'PENDING_REDRIVE')
    return { phase: 'lost', why: whyLost(described) };
  const plan = await readJson<Plan>(files, paths.plan({ token }));
  if (plan === undefined) return { phase: 'planning' };
  const shares = await readShares(files, { token, step: 'restore', shares: plan.shares });
  if (plan.finish === undefined) {
    const parts = shares.flatMap((share) => share.parts);
    const done = parts.filter((part) => part.done).length;
    return { phase: 'restoring', tally: sumOf(shares.map(({ tally }) => tally)), parts: { done, all: parts.length } };
  }
  const finishing = await readShares(files, { token, step: 'finish', shares: plan.finish });
  return { phase: 'finishing', tally: sumOf([...shares, ...finishing].map(({ tally }) => tally)) };
}

async function readShares(
  files: Files,
  { token, step, shares }: { readonly token: string; readonly step: ShareStep; readonly shares: number },
): Promise<readonly Share[]> {
  const read = await Promise.all(
    Array.from({ length: shares }, async (_, number) => readJson<Share>(files, paths.share({ token }, step, number))),
  );
  return read.filter((share) => share !== undefined);
}

/** One line that tells how far it is. */
export function restoreLine(progress: Exclude<RestoreProgress, { phase: 'over' | 'lost' }>): string {
  if (progress.phase === 'planning') return 'Planning: looking at the buckets';
  const { restored, same, skipped, failed, fromArchive, long } = progress.tally;
  const counts = [
    `${count(restored.keys)} restored (${size(restored.bytes)})`,
    ...(same > 0 ? [`${count(same)} there already`] : []),
    ...(skipped > 0 ? [`${count(skipped)} skipped`] : []),
    ...(failed > 0 ? [`${count(failed)} FAILED`] : []),
  ].join(', ');
  if (progress.phase === 'restoring')
    return `Restoring: ${count(progress.parts.done)} of ${count(progress.parts.all)} ranges, ${counts}`;
  return `Finishing: ${count(fromArchive)} from the archive, ${count(long)} large; ${counts}`;
}
