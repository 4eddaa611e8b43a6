import { TARGET_TAG } from '../../../shared/runs/restore-target.ts';
import type { Context } from './conditions.ts';
import { type Caller, evaluate } from './evaluate.ts';
import type { Statement } from './policy.ts';
import type { World } from './world.ts';

/** One thing that is asked of IAM. */
export interface Need {
  readonly action: string;
  readonly resource: string;
  /** Beyond what every request brings. */
  readonly context?: Context;
  /** The account that owns the resource, if it is not the caller's. */
  readonly owner?: string;
}

/** A call that a role or a service makes; it needs all of `needs`. */
export interface Call {
  /** The path of the role in the world, or a service's name. */
  readonly by: string;
  /** The command that the code sends, or what a service does. */
  readonly sends: string;
  /** The folder of the function whose code sends it; `undefined` where a service does it of itself. */
  readonly from?: string;
  readonly needs: readonly Need[];
  /** What the session of the role is narrowed to. */
  readonly session?: readonly Statement[];
}

/** What of a call IAM refuses, each with its reason; none: it succeeds. */
export function refusals(world: World, { by, needs, session }: Call): readonly string[] {
  return needs.flatMap((need) => {
    const { allowed, because } = decide(world, by, need, session);
    return allowed ? [] : [`${need.action} on ${need.resource}: ${because}`];
  });
}

function decide(world: World, by: string, need: Need, session: readonly Statement[] | undefined) {
  const role = world.roles.find(({ path }) => path === by);
  if (role === undefined && !by.endsWith('.amazonaws.com') && !by.startsWith('arn:'))
    throw new Error(`There is no role "${by}"`);
  const { action, resource } = need;
  const arn = role?.arn ?? by;
  const account = accountOf(arn);
  const caller: Caller = account === '' ? { service: by } : { role: arn, account };
  const owner = need.owner ?? (accountOf(resource) || account || '');
  return evaluate(
    { caller, action, resource, owner, context: { ...defaults(caller, { action, owner }), ...need.context } },
    { identity: role?.statements ?? [], session, resource: policyOf(world, resource) },
  );
}

/** What every request brings. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html */
function defaults(caller: Caller, { action, owner }: { readonly action: string; readonly owner: string }): Context {
  return {
    'aws:securetransport': 'true',
    // Requests of a service on somebody's behalf bring these; it says whose.
    'aws:sourcearn': undefined,
    'aws:sourceaccount': undefined,
    'aws:principalarn': 'role' in caller ? caller.role : undefined,
    // Of a bucket whose owner has not marked it as a target.
    [`aws:resourcetag/${TARGET_TAG}`]: undefined,
    ...(action.startsWith('s3:') && { 's3:resourceaccount': owner }),
  };
}

/** That of the bucket for its objects; of a role the one that says who may take it. */
function policyOf(world: World, resource: string): readonly Statement[] {
  const role = world.roles.find(({ arn }) => arn === resource);
  if (role !== undefined) return role.trust;
  const of = resource.startsWith('arn:aws:s3:::') ? resource.split('/', 1)[0] : resource;
  return world.resources.filter(({ arn }) => arn === of).flatMap(({ statements }) => statements);
}

function accountOf(arn: string): string {
  return arn.split(':')[4] ?? '';
}
