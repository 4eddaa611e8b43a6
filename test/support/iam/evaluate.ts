import { areMet, type Context, withVariables } from './conditions.ts';
import { fits } from './match.ts';
import type { Patterns, Principals, Statement } from './policy.ts';

/** Who asks: a role (in one of its sessions), or a service by itself. */
export type Caller = { readonly role: string; readonly account: string } | { readonly service: string };

export interface Request {
  readonly caller: Caller;
  /** Such as `s3:GetObject`. */
  readonly action: string;
  readonly resource: string;
  /** The account that owns the resource. */
  readonly owner: string;
  readonly context: Context;
}

export interface Policies {
  /** Those of the role. */
  readonly identity: readonly Statement[];
  /** What its session is narrowed to, if it is. */
  readonly session?: readonly Statement[] | undefined;
  /** That of the resource: for a role that is assumed its trust policy. */
  readonly resource?: readonly Statement[] | undefined;
}

export interface Verdict {
  readonly allowed: boolean;
  /** By what, for a message. */
  readonly because: string;
}

/**
 * What IAM decides. Organizations, permission boundaries and access control lists there are none of; a request is made by a service or by a session of a
 * role.
 *
 * | denied by any policy                                                                | denied  |
 * | a service                                                                           | what the resource's policy says |
 * | the role's policies allow it (and those of the session), owner in the same account  | allowed |
 * | … the owner is another account                                                      | what the resource's policy says |
 * | the resource's policy names the role itself, owner in the same account              | allowed, if the session's policies allow it |
 * | a role is assumed                                                                   | only if its trust policy says so |
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function evaluate(request: Request, { identity, session, resource = [] }: Policies): Verdict {
  const layers = { identity, session: session ?? [], resource };
  for (const [layer, statements] of Object.entries(layers)) {
    const denial = statements.find((statement) => statement.effect === 'Deny' && applies(statement, request));
    if (denial !== undefined) return { allowed: false, because: `"${denial.sid}" (${layer}) denies it` };
  }
  const allowing = (statements: readonly Statement[]) =>
    statements.filter((statement) => statement.effect === 'Allow' && applies(statement, request));
  const ofResource = allowing(resource);
  const { caller } = request;
  if ('service' in caller) return verdict(ofResource.length > 0, 'the policy of the resource');

  const inSession = session === undefined || allowing(session).length > 0;
  if (!inSession) return verdict(false, 'the policy of the session');
  const byRole = allowing(identity).length > 0;
  const namesRole = ofResource.some(
    ({ principals }) => principals !== undefined && names(principals, caller) === 'itself',
  );
  if (caller.account !== request.owner) return verdict(byRole && ofResource.length > 0, 'both accounts');
  if (request.action === 'sts:AssumeRole')
    return verdict(ofResource.length > 0 && (byRole || namesRole), 'role and trust');
  return verdict(byRole || namesRole, 'the policies of the role');
}

function verdict(allowed: boolean, by: string): Verdict {
  return { allowed, because: allowed ? `allowed by ${by}` : `not allowed by ${by}` };
}

/** Whether a statement is about a request. */
export function applies({ principals, actions, resources, conditions }: Statement, request: Request): boolean {
  const action = request.action.toLowerCase();
  return (
    (principals === undefined || names(principals, request.caller) !== 'not') &&
    includes(actions, (pattern) => fits(action, pattern.toLowerCase())) &&
    (resources === undefined ||
      includes(resources, (pattern) => fits(request.resource, withVariables(pattern, request.context)))) &&
    areMet(conditions, request.context)
  );
}

function includes({ not, patterns }: Patterns, one: (pattern: string) => boolean): boolean {
  return patterns.some(one) !== not;
}

/**
 * Whether a statement is about the caller: it names it `itself` (or everybody), or only its `account`, which leaves it to the policies there.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
function names({ not, aws, services }: Principals, caller: Caller): 'itself' | 'account' | 'not' {
  if (not) throw new Error('The evaluator does not know NotPrincipal, which no policy here uses');
  if (aws.includes('*')) return 'itself';
  if ('service' in caller) return services.includes(caller.service) ? 'itself' : 'not';
  if (aws.includes(caller.role)) return 'itself';
  return aws.some((one) => one === caller.account || one.endsWith(`::${caller.account}:root`)) ? 'account' : 'not';
}
