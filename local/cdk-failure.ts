import { stripVTControlCharacters } from 'node:util';
import { asProblem } from './setup/as-problem.mjs';

/** What of a failed `cdk` run's output tells why it failed: the lines about failures and, if there are none, its end; and the remedy, where this machine refused to write. */
export function cdkFailure(output: string): string {
  const lines = stripVTControlCharacters(output)
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '' && !NOISE.test(line));
  const failures = [...new Set(lines.filter((line) => FAILURE.test(line)))];
  const shown = failures.length > 0 ? failures.slice(0, 12) : lines.slice(-12);
  const [code] = lines.flatMap((line) => REFUSED.exec(line)?.[0] ?? []);
  const problem = code === undefined ? undefined : asProblem(Object.assign(new Error(code), { code }));
  return [...shown, ...(problem === undefined ? [] : [problem.message])]
    .map((line) => `  ${line.trim().slice(0, 1_200)}`)
    .join('\n');
}

const REFUSED = /\bE(?:NOSPC|DQUOT|ROFS|ACCES)\b/;
const FAILURE =
  /\bE(?:NOSPC|DQUOT|ROFS|ACCES)\b|❌|_FAILED|ROLLBACK|\bfailed\b|\bError\b|: (error|write|use) |^\S+\.config\.ts: /;
const NOISE = /^\s+at |feature flags are not configured|^npm warn/;
