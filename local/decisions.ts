import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import type { Emulator } from './emulator.ts';

/** What IAM decided about a request that a role made. */
export interface Decision {
  readonly role: string;
  /** As policies name it, such as `s3:GetObject`. */
  readonly action: string;
  readonly resource: string;
  /** `Allow`; or why not: `Deny` (a policy says so), `ImplicitDeny` (none allows it), `NotTrusted`, or what is wrong with the credentials. */
  readonly decision: string;
}

/** All decisions about roles since the emulator started. */
export async function decisionsOf({ decisions }: Pick<Emulator, 'decisions'>): Promise<readonly Decision[]> {
  return decisionsIn(await readFile(decisions, 'utf8'));
}

export function decisionsIn(log: string): readonly Decision[] {
  // The last line may still be being written.
  const lines = log.slice(0, log.lastIndexOf('\n') + 1).split('\n');
  return lines.filter((line) => line !== '').map((line) => v.parse(schema, JSON.parse(line)));
}

const schema = v.object({ role: v.string(), action: v.string(), resource: v.string(), decision: v.string() });

/** A line for each role and action that was denied something, with an example of what. */
export function denials(decisions: readonly Decision[]): readonly string[] {
  const denied = decisions.filter(({ decision }) => decision !== 'Allow');
  const grouped = Map.groupBy(denied, ({ role, action }) => `${role} was denied ${action}`);
  return [...grouped].map(([what, [first, ...more]]) => {
    const times = more.length === 0 ? '' : `, and ${more.length} more`;
    return `${what} (${first?.decision}) on ${first?.resource}${times}`;
  });
}

/** One line of what IAM decided, and a line for each denial. */
export function decisionsText(decisions: readonly Decision[]): string {
  const denied = denials(decisions);
  const count = decisions.length.toLocaleString('en');
  if (denied.length === 0) return `IAM was enforced: ${count} requests of roles were checked, and none was denied.`;
  return [
    `IAM was enforced: of ${count} requests of roles, these were denied:`,
    ...denied.map((line) => `  ! ${line}`),
  ].join('\n');
}
