import { TARGET_TAG } from '../../../shared/runs/restore-target.ts';
import type { Context } from './conditions.ts';
import { type Caller, evaluate, type Request, type Verdict } from './evaluate.ts';
import { readPolicy, type Statement } from './policy.ts';
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
  /** The path of a role in the world, a service's name, or the ARN of anybody else, who may do everything as far as his own policies go. */
  readonly by: string;
  /** The command that the code sends, or what a service does. */
  readonly sends: string;
  /** The folder of the function whose code sends it; `undefined` where a service does it of itself. */
  readonly from?: string;
  readonly needs: readonly Need[];
  readonly session?: Session;
}

/** What the session of a role is narrowed to. */
export interface Session {
  readonly called: string;
  readonly statements: readonly Statement[];
}

/** What IAM says of one need of a call. */
export interface Decision extends Verdict {
  readonly request: Request;
  readonly policies: {
    readonly identity: readonly Statement[];
    readonly session: readonly Statement[] | undefined;
    readonly resource: readonly Statement[];
  };
}

/** What of a call IAM refuses, each with its reason; none: it succeeds. */
export function refusals(world: World, call: Call): readonly string[] {
  return decisionsOf(world, call).flatMap(({ request: { action, resource }, allowed, because }) =>
    allowed ? [] : [`${action} on ${resource}: ${because}`],
  );
}

export function decisionsOf(world: World, { by, needs, session }: Call): readonly Decision[] {
  const role = world.roles.find(({ path }) => path === by);
  if (role === undefined && !by.endsWith('.amazonaws.com') && !by.startsWith('arn:'))
    throw new Error(`There is no role "${by}"`);
  const arn = role?.arn ?? by;
  const account = accountOf(arn);
  const caller: Caller = account === '' ? { service: by } : { role: arn, account };
  return needs.map((need) => {
    const { action, resource } = need;
    const owner = need.owner ?? (accountOf(resource) || account || '');
    const request = {
      caller,
      action,
      resource,
      owner,
      context: { ...defaults(caller, { action, owner }), ...need.context },
    };
    const policies = {
      identity: role?.statements ?? EVERYTHING,
      session: session?.statements,
      resource: policyOf(world, { resource, owner }),
    };
    return { request, policies, ...evaluate(request, policies) };
  });
}

const EVERYTHING = readPolicy({ Statement: { Sid: 'All', Effect: 'Allow', Action: '*', Resource: '*' } });

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

/** That of the bucket for its objects; of a role the one that says who may take it; others may have opened theirs to everybody. */
function policyOf(
  { roles, resources }: World,
  { resource, owner }: { readonly resource: string; readonly owner: string },
): readonly Statement[] {
  const role = roles.find(({ arn }) => arn === resource);
  if (role !== undefined) return role.trust;
  if (owner !== accountOf(roles[0]?.arn ?? '')) return OPEN;
  const of = resource.startsWith('arn:aws:s3:::') ? resource.split('/', 1)[0] : resource;
  return resources.filter(({ arn }) => arn === of).flatMap(({ statements }) => statements);
}

const OPEN = readPolicy({ Statement: { Sid: 'Open', Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' } });

function accountOf(arn: string): string {
  return arn.split(':')[4] ?? '';
}
