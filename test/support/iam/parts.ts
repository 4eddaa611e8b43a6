import { type Call, type Decision, decisionsOf } from './call.ts';
import { applies, evaluate } from './evaluate.ts';
import type { Patterns, Statement } from './policy.ts';
import type { World } from './world.ts';

/** One part of one statement of one policy. */
export interface Part {
  /** Where it is, such as `fanout-destination-photos-eu/Restorer NeverWrite: resource arn:aws:s3:::cdk-*`. */
  readonly name: string;
  readonly statement: Statement;
  /** What is left of the statement without it; `undefined`: nothing. */
  readonly without: Statement | undefined;
}

/** Every part of every policy: of roles, of who may take them, of buckets, queues and topics, and of the sessions of calls. */
function partsOf(world: World, calls: readonly Call[]): readonly Part[] {
  const sessions = new Map(calls.flatMap(({ session }) => (session ? [[session.statements, session]] : [])));
  return [
    ...world.roles.flatMap(({ path, statements, trust }) => [...inPolicy(path, statements), ...inPolicy(path, trust)]),
    ...world.resources.flatMap(({ path, statements }) => inPolicy(path, statements)),
    ...[...sessions.values()].flatMap(({ called, statements }) => inPolicy(called, statements)),
  ];
}

function inPolicy(policy: string, statements: readonly Statement[]): readonly Part[] {
  return statements.flatMap((statement, at) =>
    inStatement(statement).map(([part, without]) => ({
      name: `${policy} ${statement.sid || `${statement.effect} ${at}`}: ${part}`,
      statement,
      without,
    })),
  );
}

function inStatement(statement: Statement): readonly (readonly [part: string, left: Statement | undefined])[] {
  const { principals, actions, resources, conditions } = statement;
  const asked = Object.entries(conditions).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => ({ operator, key, values })),
  );
  const otherwise = (operator: string, key: string, values: readonly string[]) => {
    const { [key]: _, ...others } = conditions[operator] ?? {};
    const keys = values.length === 0 ? others : { ...others, [key]: values };
    return { ...statement, conditions: { ...conditions, [operator]: keys } };
  };
  return [
    ...less(actions).map(([one, left]) => [`action ${one}`, left && { ...statement, actions: left }] as const),
    ...(resources === undefined ? [] : less(resources)).map(
      ([one, left]) => [`resource ${one}`, left && { ...statement, resources: left }] as const,
    ),
    ...(['aws', 'services'] as const).flatMap((kind) =>
      (principals?.[kind] ?? []).map((one) => {
        const left = {
          aws: [],
          services: [],
          not: false,
          ...principals,
          [kind]: allBut(principals?.[kind] ?? [], one),
        };
        const none = left.aws.length + left.services.length === 0;
        return [`principal ${one}`, none ? undefined : { ...statement, principals: left }] as const;
      }),
    ),
    ...asked.flatMap(({ operator, key, values }) => [
      [`condition ${operator} ${key}`, otherwise(operator, key, [])] as const,
      ...(values.length === 1 ? [] : values).map(
        (value) => [`condition ${operator} ${key} ${value}`, otherwise(operator, key, allBut(values, value))] as const,
      ),
    ]),
  ];
}

function less({ not, patterns }: Patterns): readonly (readonly [pattern: string, left: Patterns | undefined])[] {
  return patterns.map((pattern) => {
    const left = allBut(patterns, pattern);
    return [pattern, left.length === 0 && !not ? undefined : { not, patterns: left }];
  });
}

function allBut(values: readonly string[], value: string): readonly string[] {
  return values.filter((one) => one !== value);
}

/** Of every part of every policy, whether IAM would decide otherwise on one of the calls without it. */
export function noticed(
  world: World,
  calls: readonly Call[],
): readonly { readonly part: Part; readonly isNoticed: boolean }[] {
  const concerned = new Map<Statement, Decision[]>();
  for (const decision of calls.flatMap((call) => decisionsOf(world, call))) {
    const { identity, session = [], resource } = decision.policies;
    for (const statement of [...identity, ...session, ...resource]) {
      const decisions = concerned.get(statement) ?? [];
      decisions.push(decision);
      concerned.set(statement, decisions);
    }
  }
  return partsOf(world, calls).map((part) => ({
    part,
    isNoticed: (concerned.get(part.statement) ?? []).some((decision) => isOtherWithout(decision, part)),
  }));
}

function isOtherWithout({ request, policies, allowed }: Decision, { statement, without }: Part): boolean {
  // What is about the request neither with nor without it is quickly told.
  if (applies(statement, request) === (without !== undefined && applies(without, request))) return false;
  const changed = (statements: readonly Statement[]) =>
    statements.flatMap((one) => (one === statement ? (without ?? []) : one));
  const { identity, session, resource } = policies;
  const layers = { identity: changed(identity), session: session && changed(session), resource: changed(resource) };
  return evaluate(request, layers).allowed !== allowed;
}
