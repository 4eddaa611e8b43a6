import * as v from 'valibot';
import type { Denial } from './bucket-facts.ts';

const list = v.union([v.string(), v.array(v.string())]);
const statement = v.looseObject({
  Sid: v.optional(v.string()),
  Effect: v.string(),
  Principal: v.optional(v.union([v.string(), v.record(v.string(), list)])),
  Action: v.optional(list),
  Condition: v.optional(v.record(v.string(), v.record(v.string(), v.unknown()))),
});
const policy = v.object({ Statement: v.union([v.array(statement), statement]) });

type Statement = v.InferOutput<typeof statement>;

/**
 * The statements of a bucket's policy that deny what our roles do. What AWS services do never comes without TLS, so that a statement against that is none.
 * One whose exceptions are written as `NotAction` or `NotPrincipal` is taken for one with a condition. Pure.
 *
 * @throws if it is no policy.
 */
export function denialsIn(
  document: unknown,
  { needed, account }: { readonly needed: readonly string[]; readonly account: string },
): readonly Denial[] {
  const { Statement } = v.parse(policy, document);
  return [Statement].flat().flatMap((one): Denial[] => {
    if (one.Effect !== 'Deny' || !meansUs(one, account) || isAboutTls(one)) return [];
    const actions = needed.filter((action) => isNamed(action, one));
    if (actions.length === 0) return [];
    const conditional = one.Condition !== undefined || one.Action === undefined || one.Principal === undefined;
    return [{ sid: one.Sid ?? 'without a name', actions, conditional }];
  });
}

function meansUs({ Principal }: Statement, account: string): boolean {
  if (Principal === undefined) return true;
  if (typeof Principal === 'string') return Principal === '*';
  return [Principal['AWS'] ?? []].flat().some((one) => one === '*' || one.includes(account));
}

function isAboutTls({ Condition }: Statement): boolean {
  const keys = Object.values(Condition ?? {}).flatMap(Object.keys);
  return keys.some((key) => TLS.has(key.toLowerCase()));
}

const TLS: ReadonlySet<string> = new Set(['aws:securetransport', 's3:tlsversion']);

function isNamed(action: string, { Action }: Statement): boolean {
  if (Action === undefined) return true;
  return [Action].flat().some((pattern) => {
    const parts = pattern
      .split('*')
      .map((part) => part.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('?', '.'));
    return new RegExp(`^${parts.join('.*')}$`, 'i').test(action);
  });
}
