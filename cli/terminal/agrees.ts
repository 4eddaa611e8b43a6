import { dollars } from '../../shared/report/in-words.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/**
 * Whether it may begin. Programs and schedules cannot be asked: what there is a reason to ask for they start with `--yes` only.
 *
 * @param asked.why there is a reason to ask; `undefined`: none.
 * @param asked.always whether somebody at a terminal is asked also without one.
 * @throws {UsageError} if nobody can be asked.
 */
export async function agrees(
  { yes, ask }: Pick<Terminal, 'ask'> & { readonly yes: boolean | undefined },
  { why, always }: { readonly why: string | undefined; readonly always: boolean },
): Promise<boolean> {
  if (yes === true || (why === undefined && !always)) return true;
  if (ask !== undefined) return /^y(es)?$/i.test((await ask('Start? [y/N] ')).trim());
  if (why === undefined) return true;
  throw new UsageError(`Nothing was started: ${why}, and nobody can be asked here; to agree, say --yes`, {
    exitCode: 2,
  });
}

/** What a program may spend without having been told to. */
const DEAR_DOLLARS = 10;

/** A reason to ask: it is dear, or, as not all was counted, may be. `undefined`: it is not. */
export function whyOfCost({
  dollars: cost,
  all,
}: {
  readonly dollars: number;
  readonly all: boolean;
}): string | undefined {
  return cost > DEAR_DOLLARS || !all ? `it costs ${all ? '' : 'more than '}${dollars(cost)} by list price` : undefined;
}
