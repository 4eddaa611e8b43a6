import type { Decision } from '../../../local/decisions.ts';
import type { World } from './world.ts';

export interface UnusedGrant {
  /** The kind of role, such as `ReplicateRole`. */
  readonly role: string;
  readonly action: string;
  /** Why the tests cannot use it; `undefined`: they could, and it should go or be tested. */
  readonly reason: string | undefined;
}

/** What templates grant to a kind of role and none of the decisions allowed to one of that kind. */
export function unusedGrants(worlds: readonly World[], decisions: readonly Decision[]): readonly UnusedGrant[] {
  const used = new Set(
    decisions.filter(({ decision }) => decision === 'Allow').map(({ role, action }) => `${kindOf(role)} ${action}`),
  );
  const granted = worlds.flatMap(({ roles }) =>
    roles.flatMap(({ path, statements }) =>
      statements
        .filter(({ effect }) => effect === 'Allow')
        .flatMap(({ actions }) => actions.patterns.map((action) => `${path.split('/')[1]} ${action}`)),
    ),
  );
  return [...new Set(granted)]
    .filter((grant) => !used.has(grant))
    .toSorted()
    .map((grant) => {
      const [role = '', action = ''] = grant.split(' ');
      return { role, action, reason: REASONS.find(([what]) => what.test(grant))?.[1] };
    });
}

/** CloudFormation makes most names of the stack and the logical id, and shortens them in what follows; the others are ours. */
function kindOf(role: string): string {
  const generated = /-([A-Za-z]+Role)[0-9A-F]/.exec(role)?.[1];
  return generated ?? NAMED.find(([name]) => name.test(role))?.[1] ?? role;
}

const NAMED = [
  [/^fanout-observer-/, 'Observer'],
  [/^fanout-restorer-/, 'Restorer'],
  [/-reconcile$/, 'ReconcileRole'],
  [/-restore$/, 'RestoreRole'],
  [/-canary$/, 'CanaryFlyRole'],
] as const;

/** The table of calls stands for these. */
const REASONS = [
  [/^(?:LongCopyRole|RunsRole|ScheduleRole|CanaryScheduleRole|RehearsalRole) /, 'the emulator takes no role for it'],
  [/ logs:/, 'the emulator writes logs by itself'],
  [/ sqs:(?:ReceiveMessage|DeleteMessage)$/, 'the emulator polls the queue by itself'],
  [/^ReplicateRole sqs:GetQueueAttributes$/, 'the emulator polls the queue by itself'],
  [/ kms:/, 'the emulator does not ask for KMS by way of S3'],
] as const;
