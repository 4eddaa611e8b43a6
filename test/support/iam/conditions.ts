import { fits, fitsArn } from './match.ts';
import type { Conditions } from './policy.ts';

/**
 * What a request brings, by condition key in lower case. `undefined` says that it has no such key. Of a key that is not there at all nobody has said
 * whether the request has it, which is an error as soon as a policy asks.
 */
export type Context = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Whether all conditions of a statement are met. */
export function areMet(conditions: Conditions, context: Context): boolean {
  return Object.entries(conditions).every(([operator, keys]) =>
    Object.entries(keys).every(([key, expected]) => isMet(operator, { key, expected, context })),
  );
}

/**
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
 */
function isMet(
  operator: string,
  { key, expected, context }: { readonly key: string; readonly expected: readonly string[]; readonly context: Context },
): boolean {
  const actual = valueOf(key, context);
  if (operator === 'Null') return expected.some((isNull) => (isNull === 'true') === (actual === undefined));

  const [, set, name = '', ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(.*?)(IfExists)?$/.exec(operator) ?? [];
  const compare = OPERATORS[name];
  if (compare === undefined) throw new Error(`The evaluator does not know the operator "${operator}"`);
  if (actual === undefined) {
    return ifExists !== undefined || set === 'ForAllValues' || (set === undefined && compare.negated);
  }
  if (set === undefined && typeof actual !== 'string')
    throw new Error(`"${key}" has several values: "${operator}" needs ForAllValues or ForAnyValue`);
  const wanted = expected.map((value) => withVariables(value, context));
  const fitsOne = (value: string) => wanted.some((pattern) => compare.fits(value, pattern)) !== compare.negated;
  const values = [actual].flat();
  return set === 'ForAnyValue' ? values.some(fitsOne) : values.every(fitsOne);
}

interface Comparison {
  readonly fits: (value: string, pattern: string) => boolean;
  /** It holds where none fits. */
  readonly negated: boolean;
}

const equal = (value: string, wanted: string) => value === wanted;
const OPERATORS: Readonly<Record<string, Comparison>> = {
  StringEquals: { fits: equal, negated: false },
  StringNotEquals: { fits: equal, negated: true },
  StringLike: { fits, negated: false },
  StringNotLike: { fits, negated: true },
  // Both take wildcards, and are the same.
  ArnEquals: { fits: fitsArn, negated: false },
  ArnLike: { fits: fitsArn, negated: false },
  ArnNotEquals: { fits: fitsArn, negated: true },
  ArnNotLike: { fits: fitsArn, negated: true },
  Bool: { fits: (value, wanted) => value.toLowerCase() === wanted.toLowerCase(), negated: false },
};

function valueOf(key: string, context: Context): Context[string] {
  const name = key.toLowerCase();
  if (!(name in context)) throw new Error(`A policy asks for "${key}", and nobody has said whether the request has it`);
  return context[name];
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html */
export function withVariables(pattern: string, context: Context): string {
  return pattern.replaceAll(/\$\{([^}]+)\}/g, (variable, key: string) => {
    if (['*', '?', '$'].includes(key)) return variable;
    const value = valueOf(key, context);
    // No request fits a variable that has no value.
    if (value === undefined) return '\u0000';
    if (typeof value !== 'string') throw new Error(`"${key}" has several values: it cannot be a variable`);
    return value.replaceAll(/[*?$]/g, (character) => `\${${character}}`);
  });
}
