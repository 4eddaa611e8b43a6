import { DescribeStacksCommand, GetTemplateCommand, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import type { StackResourceSummary } from '@aws-sdk/client-cloudformation';
import { forEachConcurrently } from '../../../shared/for-each.ts';
import { reading } from '../reading.ts';
import type { Clients } from './clients.ts';
import { lookAt } from './look-at.ts';
import { NOT_LOOKED_AT } from './probes.ts';
import { resolveTemplate } from './resolve-template.ts';
import type { OffResource, Resource, StackFacts, StackState } from './stack-facts.ts';
import type { StackAddress } from './stacks-of.ts';

/** Looks at every stack, and at all that each is made of; calls `readOne` after each. */
export async function readStacks(
  stacks: readonly StackAddress[],
  {
    account,
    clients,
    readOne = () => undefined,
  }: { readonly account: string; readonly clients: Clients; readonly readOne?: () => void },
): Promise<readonly StackFacts[]> {
  const found = new Map<string, StackFacts>();
  await forEachConcurrently(stacks, {
    limit: STACKS,
    async work(address) {
      const state = await reading(() => readStack(address, { account, clients }));
      found.set(address.stack, { ...address, state });
      readOne();
    },
  });
  return stacks.flatMap(({ stack }) => found.get(stack) ?? []);
}

/** So many stacks at a time, and so many resources of each: AWS allows some ten requests a second of such kinds. */
const STACKS = 4;
const RESOURCES = 6;

/** @throws if CloudFormation does not tell of it; what cannot be read of a resource is in the answer. */
async function readStack(
  { stack: StackName, region }: StackAddress,
  { account, clients }: { readonly account: string; readonly clients: Clients },
): Promise<StackState> {
  const client = clients.cloudFormation(region);
  const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName }));
  const status = Stacks[0]?.StackStatus ?? 'unknown';
  const summaries: StackResourceSummary[] = [];
  for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName }))
    summaries.push(...StackResourceSummaries);
  const { TemplateBody = '' } = await client.send(new GetTemplateCommand({ StackName }));
  const resources = resourcesOf(TemplateBody, { summaries, region, account });
  const off = new Map<string, readonly OffResource[]>();
  const looked = resources.filter(({ type }) => NOT_LOOKED_AT[type] === undefined);
  await forEachConcurrently(looked, {
    limit: RESOURCES,
    async work(resource) {
      off.set(resource.logicalId, await lookAt(resource, clients));
    },
  });
  const eventsSince = lastOf(resources.filter(({ type }) => BRINGS_EVENTS.has(type)));
  return {
    status,
    looked: looked.length,
    off: looked.flatMap(({ logicalId }) => off.get(logicalId) ?? []),
    ...(eventsSince !== undefined && { eventsSince: eventsSince.toISOString() }),
  };
}

/** Through which a change in the source reaches an inbox. */
const BRINGS_EVENTS: ReadonlySet<string> = new Set([
  'AWS::SNS::Subscription',
  'AWS::SNS::Topic',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::Queue',
  'AWS::SQS::QueuePolicy',
  'Custom::FanoutNotification',
]);

function lastOf(resources: readonly Resource[]): Date | undefined {
  const times = resources.flatMap(({ updatedAt }) => updatedAt ?? []);
  return times.toSorted((a, b) => a.getTime() - b.getTime()).at(-1);
}

function resourcesOf(
  body: string,
  {
    summaries,
    region,
    account,
  }: { readonly summaries: readonly StackResourceSummary[]; readonly region: string; readonly account: string },
): readonly Resource[] {
  const made = new Map(summaries.map((summary) => [summary.LogicalResourceId ?? '', summary]));
  const ids = new Map([...made].map(([logicalId, { PhysicalResourceId = '' }]) => [logicalId, PhysicalResourceId]));
  return [...resolveTemplate(body, { region, account, ids })].map(([logicalId, { type, properties }]) => ({
    logicalId,
    type,
    properties,
    id: ids.get(logicalId) ?? '',
    region,
    account,
    updatedAt: made.get(logicalId)?.LastUpdatedTimestamp,
  }));
}
