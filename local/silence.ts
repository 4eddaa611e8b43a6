import { setInterval as every } from 'node:timers/promises';
import { patience } from './patience.ts';

/** Settles with `silent` when the CDK has told nothing new for so long, or when nobody waits for that any more. */
export async function silence(
  output: () => Promise<string>,
  {
    limitMs,
    lookMs = 500,
    signal,
  }: { readonly limitMs: number; readonly lookMs?: number; readonly signal: AbortSignal },
): Promise<'silent'> {
  const waiting = patience(limitMs);
  try {
    for await (const _ of every(lookMs, undefined, { signal })) if (waiting.isOver(newsOf(await output()))) break;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return 'silent';
}

/** That something is still in progress, which the CDK repeats every half minute, is nothing new. */
function newsOf(output: string): string {
  return output
    .split('\n')
    .filter((line) => !line.includes('Currently in progress'))
    .join('\n');
}
