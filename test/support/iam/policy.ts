import * as v from 'valibot';

/** A statement as the evaluator reads it. */
export interface Statement {
  readonly sid: string;
  readonly effect: 'Allow' | 'Deny';
  /** In policies of resources and in trust policies only; `*` is everybody. */
  readonly principals: Principals | undefined;
  readonly actions: Patterns;
  /** Trust policies name none: they are the role's. */
  readonly resources: Patterns | undefined;
  /** By operator, by key: the values of which one must fit. */
  readonly conditions: Conditions;
}

/** `not`: it applies to all but these. */
export interface Patterns {
  readonly not: boolean;
  readonly patterns: readonly string[];
}

export interface Principals {
  readonly not: boolean;
  /** Accounts and roles; `*` is everybody, services among them. */
  readonly aws: readonly string[];
  readonly services: readonly string[];
}

export type Conditions = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/**
 * Reads a policy document. What the evaluator does not know, it does not take.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function readPolicy(document: unknown): readonly Statement[] {
  return v.parse(policySchema, document).Statement.map(readStatement);
}

const texts = v.pipe(
  v.union([v.string(), v.array(v.string())]),
  v.transform((value) => [value].flat()),
);
const principals = v.pipe(
  v.unknown(),
  v.transform((value) => (value === '*' ? { AWS: '*' } : value)),
  v.strictObject({ AWS: v.optional(texts, []), Service: v.optional(texts, []) }),
);
// CloudFormation writes truth as a word; policies as JavaScript writes them need not.
const values = v.pipe(
  v.union([v.string(), v.boolean(), v.array(v.string())]),
  v.transform((value) => [value].flat().map(String)),
);

const statementSchema = v.strictObject({
  Sid: v.optional(v.string(), ''),
  Effect: v.picklist(['Allow', 'Deny']),
  Principal: v.optional(principals),
  NotPrincipal: v.optional(principals),
  Action: v.optional(texts),
  NotAction: v.optional(texts),
  Resource: v.optional(texts),
  NotResource: v.optional(texts),
  Condition: v.optional(v.record(v.string(), v.record(v.string(), values)), {}),
});

const policySchema = v.strictObject({
  Version: v.optional(v.literal('2012-10-17')),
  Id: v.optional(v.string()),
  Statement: v.pipe(
    v.unknown(),
    v.transform((value) => [value].flat()),
    v.array(statementSchema),
  ),
});

function readStatement(statement: v.InferOutput<typeof statementSchema>): Statement {
  const { Sid, Effect, Principal, NotPrincipal, Action, NotAction, Resource, NotResource, Condition } = statement;
  const actions = either(Action, NotAction);
  if (actions === undefined) throw new Error(`The statement "${Sid}" names no action`);
  const who = Principal ?? NotPrincipal;
  return {
    sid: Sid,
    effect: Effect,
    principals: who === undefined ? undefined : { not: Principal === undefined, aws: who.AWS, services: who.Service },
    actions,
    resources: either(Resource, NotResource),
    conditions: Condition,
  };
}

function either(these: readonly string[] | undefined, allBut: readonly string[] | undefined): Patterns | undefined {
  if (these !== undefined && allBut !== undefined)
    throw new Error('A statement cannot name both these and all but these');
  if (these !== undefined) return { not: false, patterns: these };
  return allBut === undefined ? undefined : { not: true, patterns: allBut };
}
