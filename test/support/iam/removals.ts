import type { Statement } from './policy.ts';
import type { World } from './world.ts';

/** One action of one policy. */
export interface Change {
  /** Of a role, of the trust in it, or of a bucket, queue or topic. */
  readonly kind: 'role' | 'trust' | 'resource';
  readonly path: string;
  readonly arn: string;
  readonly at: number;
  readonly sid: string;
  readonly effect: Statement['effect'];
  readonly action: string;
}

/** Every action of every policy. */
export function changes(world: World): readonly Change[] {
  return [
    ...world.roles.flatMap(({ path, arn, statements, trust }) => [
      ...of(statements, { kind: 'role', path, arn }),
      ...of(trust, { kind: 'trust', path, arn }),
    ]),
    ...world.resources.flatMap(({ path, arn, statements }) => of(statements, { kind: 'resource', path, arn })),
  ];
}

function of(statements: readonly Statement[], where: Pick<Change, 'kind' | 'path' | 'arn'>): readonly Change[] {
  return statements.flatMap(({ sid, effect, actions }, at) =>
    actions.patterns.map((action) => ({ ...where, at, sid, effect, action })),
  );
}

/** The world without that action. */
export function withoutOne(world: World, { kind, path, at, action }: Change): World {
  const less = (statements: readonly Statement[]) =>
    statements.flatMap((statement, index) => {
      if (index !== at) return [statement];
      const patterns = statement.actions.patterns.filter((pattern) => pattern !== action);
      return patterns.length === 0 ? [] : [{ ...statement, actions: { ...statement.actions, patterns } }];
    });
  return {
    ...world,
    roles: world.roles.map((role) => {
      if (role.path !== path) return role;
      if (kind === 'role') return { ...role, statements: less(role.statements) };
      return kind === 'trust' ? { ...role, trust: less(role.trust) } : role;
    }),
    resources: world.resources.map((resource) =>
      kind === 'resource' && resource.path === path ? { ...resource, statements: less(resource.statements) } : resource,
    ),
  };
}
