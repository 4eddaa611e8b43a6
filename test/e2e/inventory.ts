import { paginateListStacks } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient, paginateListTables } from '@aws-sdk/client-dynamodb';
import { LambdaClient, paginateListEventSourceMappings, paginateListFunctions } from '@aws-sdk/client-lambda';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { paginateListStateMachines, SFNClient } from '@aws-sdk/client-sfn';
import { paginateListSubscriptions, paginateListTopics } from '@aws-sdk/client-sns';
import { paginateListQueues } from '@aws-sdk/client-sqs';
import * as v from 'valibot';
import { awsClients } from '../../local/aws-clients.ts';
import { emulator } from './emulator.ts';
import { iamApi, logsApi } from './raw-api.ts';

/** All that there is in a Region with `name` in its own name, each as its kind and its name: what a stack made, or left. */
export async function inventory(name: string, region: string): Promise<readonly string[]> {
  const everything = [
    ...(await stacks(region)).map((stack) => `stack ${stack}`),
    ...(await buckets(region)).map((bucket) => `bucket ${bucket}`),
    ...(await topics(region)).map((topic) => `topic ${topic}`),
    ...(await subscriptions(region)).map((inbox) => `subscription ${inbox}`),
    ...(await queues(region)).map((queue) => `queue ${queue}`),
    ...(await functions(region)).map((fn) => `function ${fn}`),
    ...(await mappings(region)).map((inbox) => `mapping ${inbox}`),
    ...(await tables(region)).map((table) => `table ${table}`),
    ...(await stateMachines(region)).map((machine) => `state machine ${machine}`),
    ...(await logGroups(region)).map((group) => `log group ${group}`),
    ...(await roles()).map((role) => `role ${role}`),
  ];
  return everything.filter((each) => each.includes(name)).toSorted();
}

async function stacks(region: string): Promise<readonly string[]> {
  const pages = await collect(paginateListStacks({ client: clients(region).cloudFormation }, {}));
  const summaries = pages.flatMap(({ StackSummaries = [] }) => StackSummaries);
  return summaries
    .filter(({ StackStatus }) => StackStatus !== 'DELETE_COMPLETE')
    .flatMap(({ StackName }) => StackName ?? []);
}

/** Of all Regions: a bucket's name is in one only. */
async function buckets(region: string): Promise<readonly string[]> {
  const { Buckets = [] } = await clients(region).s3.send(new ListBucketsCommand({}));
  return Buckets.flatMap(({ Name }) => Name ?? []);
}

async function topics(region: string): Promise<readonly string[]> {
  const pages = await collect(paginateListTopics({ client: clients(region).sns }, {}));
  return pages.flatMap(({ Topics = [] }) => Topics.flatMap(({ TopicArn }) => lastOf(TopicArn, ':')));
}

/** By the queue that is subscribed. */
async function subscriptions(region: string): Promise<readonly string[]> {
  const pages = await collect(paginateListSubscriptions({ client: clients(region).sns }, {}));
  return pages.flatMap(({ Subscriptions = [] }) => Subscriptions.flatMap(({ Endpoint }) => lastOf(Endpoint, ':')));
}

async function queues(region: string): Promise<readonly string[]> {
  const pages = await collect(paginateListQueues({ client: clients(region).sqs }, {}));
  return pages.flatMap(({ QueueUrls = [] }) => QueueUrls.flatMap((url) => lastOf(url, '/')));
}

async function functions(region: string): Promise<readonly string[]> {
  const pages = await collect(paginateListFunctions({ client: lambda(region) }, {}));
  return pages.flatMap(({ Functions = [] }) => Functions.flatMap(({ FunctionName }) => FunctionName ?? []));
}

/** By the queue that feeds a function. */
async function mappings(region: string): Promise<readonly string[]> {
  const pages = await collect(paginateListEventSourceMappings({ client: lambda(region) }, {}));
  return pages.flatMap(({ EventSourceMappings = [] }) =>
    EventSourceMappings.flatMap(({ EventSourceArn }) => lastOf(EventSourceArn, ':')),
  );
}

async function tables(region: string): Promise<readonly string[]> {
  const pages = await collect(paginateListTables({ client: new DynamoDBClient(addressOf(region)) }, {}));
  return pages.flatMap(({ TableNames = [] }) => TableNames);
}

async function stateMachines(region: string): Promise<readonly string[]> {
  const pages = await collect(paginateListStateMachines({ client: new SFNClient(addressOf(region)) }, {}));
  return pages.flatMap(({ stateMachines = [] }) => stateMachines.flatMap((machine) => machine.name ?? []));
}

async function logGroups(region: string): Promise<readonly string[]> {
  const answer = v.parse(logGroupsSchema, await logsApi(region, 'DescribeLogGroups', {}));
  return answer.logGroups.map(({ logGroupName }) => logGroupName);
}

/** A further page would be a mistake of the test: there are few. */
const logGroupsSchema = v.object({
  logGroups: v.array(v.object({ logGroupName: v.string() })),
  nextToken: v.nullish(v.never()),
});

async function roles(): Promise<readonly string[]> {
  const answer = await iamApi('ListRoles');
  if (!answer.includes('<IsTruncated>false')) throw new Error('There are more roles than the emulator lists at once');
  return [...answer.matchAll(/<RoleName>(.*?)<\/RoleName>/g)].flatMap(([, name]) => name ?? []);
}

function clients(region: string) {
  return awsClients(emulator, region);
}

function lambda(region: string): LambdaClient {
  return new LambdaClient(addressOf(region));
}

function addressOf(region: string) {
  const { endpoint, account } = emulator;
  return { endpoint, region, credentials: { accessKeyId: account, secretAccessKey: 'test' } };
}

async function collect<T>(pages: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const page of pages) all.push(page);
  return all;
}

function lastOf(text: string | undefined, separator: string): readonly string[] {
  return text?.split(separator).slice(-1) ?? [];
}
