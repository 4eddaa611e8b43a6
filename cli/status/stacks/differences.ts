import { ANYTHING } from './resolve-template.ts';
import type { Properties } from './stack-facts.ts';

/**
 * How a resource differs from what its stack made it, property by property. `watched` has what AWS takes where the template says nothing.
 *
 * Lists are sets, as AWS tells them in any order, and a list of one is that one. Pure.
 */
export function differences(
  { expected, actual }: { readonly expected: Properties; readonly actual: Properties },
  watched: Properties,
): readonly string[] {
  return Object.entries(watched).flatMap(([name, byDefault]) => {
    const [should, is] = [expected[name] ?? byDefault, actual[name]];
    return differenceOf(name, should, is);
  });
}

/** As deep as both sides are objects: of a long one nobody would see what has changed. */
function differenceOf(name: string, should: unknown, is: unknown): readonly string[] {
  if (isLike(canonical(should), canonical(is))) return [];
  if (!isObject(should) || !isObject(is)) return [`${name} ${shown(is)} instead of ${shown(should)}`];
  const names = [...new Set([...Object.keys(should), ...Object.keys(is)])];
  return names.flatMap((one) => differenceOf(`${name}.${one}`, should[one], is[one]));
}

/** Of what AWS tells only what the template speaks of: the rest is what AWS has added. */
export function onlyAsIn(expected: unknown, actual: unknown): unknown {
  if (Array.isArray(expected) && Array.isArray(actual) && expected.length === actual.length)
    return expected.map((one, at) => onlyAsIn(one, actual[at]));
  if (!isObject(expected) || !isObject(actual)) return actual;
  return Object.fromEntries(
    Object.entries(expected).flatMap(([name, value]) =>
      name in actual ? [[name, onlyAsIn(value, actual[name])]] : [],
    ),
  );
}

/**
 * Of a policy that others may add to only our statements, and those that deny: more that is allowed does no harm.
 *
 * @param actual parsed.
 */
export function onlyOurs(expected: unknown, actual: unknown): unknown {
  if (!isObject(expected) || !isObject(actual)) return actual;
  const ours = listOf(expected['Statement']).map(canonical);
  const isOurs = (statement: unknown) => ours.some((one) => isLike(one, canonical(statement)));
  const isDenial = (statement: unknown) => isObject(statement) && statement['Effect'] === 'Deny';
  return { ...actual, Statement: listOf(actual['Statement']).filter((one) => isDenial(one) || isOurs(one)) };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The same for what means the same: an ARN of an account's root is the account. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) {
    const all = value.map(canonical);
    if (all.length === 1) return all[0];
    return all.length === 0 ? undefined : all.toSorted((a, b) => compare(JSON.stringify(a), JSON.stringify(b)));
  }
  if (isObject(value)) {
    if (value['AWS'] === '*' && Object.keys(value).length === 1) return '*';
    const entries = Object.entries(value)
      .filter(([name]) => !NAMES_OF_PARTS.has(name))
      .map(([name, one]) => [name, canonical(one)] as const)
      .filter(([, one]) => one !== undefined)
      .toSorted(([a], [b]) => compare(a, b));
    return entries.length === 0 ? undefined : Object.fromEntries(entries);
  }
  if (value === undefined || value === null || value === '') return undefined;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.replace(/^arn:aws[\w-]*:iam::(\d{12}):root$/, '$1');
}

/** They name parts of a policy, or the whole of it, and mean nothing. */
const NAMES_OF_PARTS: ReadonlySet<string> = new Set(['Sid']);

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function isLike(expected: unknown, actual: unknown): boolean {
  if (typeof expected === 'string' && expected.includes(ANYTHING))
    return typeof actual === 'string' && patternOf(expected).test(actual);
  if (Array.isArray(expected))
    return Array.isArray(actual) && expected.length === actual.length && allLike(expected, actual);
  if (isObject(expected))
    return (
      isObject(actual) &&
      Object.keys(expected).length === Object.keys(actual).length &&
      Object.entries(expected).every(([name, value]) => isLike(value, actual[name]))
    );
  return expected === actual;
}

/** Sorting puts what is like anything somewhere else: each must have one of its own. */
function allLike(expected: readonly unknown[], actual: readonly unknown[]): boolean {
  const left = [...actual];
  return expected.every((one) => {
    const at = left.findIndex((other) => isLike(one, other));
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}

function patternOf(expected: string): RegExp {
  const parts = expected.split(ANYTHING).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}

function shown(value: unknown): string {
  if (canonical(value) === undefined) return 'nothing';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const short = text.replaceAll(ANYTHING, '…');
  return short.length > SHOWN ? `${short.slice(0, SHOWN)}…` : short;
}

const SHOWN = 60;
