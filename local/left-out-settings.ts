import {
  type CloudFormationClient,
  GetTemplateCommand,
  paginateListStackResources,
  paginateListStacks,
} from '@aws-sdk/client-cloudformation';
import { UpdateContinuousBackupsCommand, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { type LifecycleRule, PutBucketLifecycleConfigurationCommand } from '@aws-sdk/client-s3';
import { SetTopicAttributesCommand } from '@aws-sdk/client-sns';
import * as v from 'valibot';
import { resolveTemplate } from '../cli/status/stacks/resolve-template.ts';
import type { Properties } from '../cli/status/stacks/stack-facts.ts';
import { type AwsClients, awsClients, type EmulatorAddress } from './aws-clients.ts';
import { bootstrappedRegions } from './bootstrapped-regions.ts';

/**
 * Makes up for what the emulator lacks: it deploys templates without some settings of buckets, tables and topics, which are set here as the templates have
 * them.
 *
 * @param done the states of stacks that have been made up for already; this one adds to it.
 */
export async function setWhatIsLeftOut(emulator: EmulatorAddress, done: Set<string> = new Set()): Promise<void> {
  for (const region of await bootstrappedRegions(awsClients(emulator, 'us-east-1').s3)) {
    const clients = awsClients(emulator, region);
    const fresh = (await stacksIn(clients.cloudFormation)).filter(({ state }) => !done.has(state));
    for (const { name, state } of fresh) {
      for (const resource of await resourcesOf(name, { region, account: emulator.account, ...clients }))
        await setOne(resource, clients);
      done.add(state);
    }
  }
}

async function stacksIn(client: CloudFormationClient) {
  const found: { readonly name: string; readonly state: string }[] = [];
  const pages = paginateListStacks({ client }, { StackStatusFilter: ['CREATE_COMPLETE', 'UPDATE_COMPLETE'] });
  for await (const { StackSummaries = [] } of pages)
    for (const { StackName: name = '', StackId, LastUpdatedTime, CreationTime } of StackSummaries)
      if (name.startsWith('fanout-'))
        found.push({ name, state: `${StackId} ${(LastUpdatedTime ?? CreationTime)?.toISOString()}` });
  return found;
}

interface Deployed {
  readonly type: string;
  readonly id: string;
  readonly properties: Properties;
}

async function resourcesOf(
  StackName: string,
  {
    cloudFormation: client,
    region,
    account,
  }: Pick<AwsClients, 'cloudFormation'> & { readonly region: string; readonly account: string },
): Promise<readonly Deployed[]> {
  const ids = new Map<string, string>();
  for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName }))
    for (const { LogicalResourceId = '', PhysicalResourceId = '' } of StackResourceSummaries)
      ids.set(LogicalResourceId, PhysicalResourceId);
  const { TemplateBody = '' } = await client.send(new GetTemplateCommand({ StackName }));
  const resources = resolveTemplate(TemplateBody, { region, account, ids });
  return [...resources].map(([logicalId, resource]) => ({ ...resource, id: ids.get(logicalId) ?? '' }));
}

const settings = v.object({
  LifecycleConfiguration: v.optional(
    v.object({ Rules: v.array(v.looseObject({ Id: v.string(), Status: v.picklist(['Enabled', 'Disabled']) })) }),
  ),
  TimeToLiveSpecification: v.optional(v.object({ AttributeName: v.string(), Enabled: v.boolean() })),
  PointInTimeRecoverySpecification: v.optional(v.object({ PointInTimeRecoveryEnabled: v.boolean() })),
  KmsMasterKeyId: v.optional(v.string()),
});

async function setOne({ type, id, properties }: Deployed, { s3, dynamoDB, sns }: AwsClients): Promise<void> {
  const parsed = v.safeParse(settings, properties);
  if (!parsed.success) return;
  const { LifecycleConfiguration, TimeToLiveSpecification, PointInTimeRecoverySpecification, KmsMasterKeyId } =
    parsed.output;
  if (type === 'AWS::S3::Bucket' && LifecycleConfiguration !== undefined)
    await s3.send(
      new PutBucketLifecycleConfigurationCommand({
        Bucket: id,
        LifecycleConfiguration: { Rules: LifecycleConfiguration.Rules.map(asS3SaysIt) },
      }),
    );
  if (type === 'AWS::DynamoDB::Table' && TimeToLiveSpecification !== undefined)
    await dynamoDB.send(new UpdateTimeToLiveCommand({ TableName: id, TimeToLiveSpecification }));
  if (type === 'AWS::DynamoDB::Table' && PointInTimeRecoverySpecification !== undefined)
    await dynamoDB.send(new UpdateContinuousBackupsCommand({ TableName: id, PointInTimeRecoverySpecification }));
  if (type === 'AWS::SNS::Topic' && KmsMasterKeyId !== undefined)
    await sns.send(
      new SetTopicAttributesCommand({ TopicArn: id, AttributeName: 'KmsMasterKeyId', AttributeValue: KmsMasterKeyId }),
    );
}

const ruleSchema = v.looseObject({
  Id: v.string(),
  Status: v.picklist(['Enabled', 'Disabled']),
  Prefix: v.optional(v.string(), ''),
  ExpirationInDays: v.optional(v.number()),
  ExpiredObjectDeleteMarker: v.optional(v.boolean()),
  Transitions: v.optional(
    v.array(
      v.object({
        StorageClass: v.picklist([
          'STANDARD_IA',
          'GLACIER',
          'GLACIER_IR',
          'DEEP_ARCHIVE',
          'ONEZONE_IA',
          'INTELLIGENT_TIERING',
        ]),
        TransitionInDays: v.number(),
      }),
    ),
  ),
  NoncurrentVersionExpiration: v.optional(v.object({ NoncurrentDays: v.number() })),
  AbortIncompleteMultipartUpload: v.optional(v.object({ DaysAfterInitiation: v.number() })),
});

function asS3SaysIt(written: object): LifecycleRule {
  const {
    Id: ID,
    Status,
    Prefix,
    ExpirationInDays: Days,
    ExpiredObjectDeleteMarker,
    Transitions,
    ...rule
  } = v.parse(ruleSchema, written);
  const { NoncurrentVersionExpiration, AbortIncompleteMultipartUpload } = rule;
  return {
    ID,
    Status,
    Filter: { Prefix },
    ...(Days !== undefined && { Expiration: { Days } }),
    ...(ExpiredObjectDeleteMarker !== undefined && { Expiration: { ExpiredObjectDeleteMarker } }),
    ...(Transitions !== undefined && {
      Transitions: Transitions.map(({ StorageClass, TransitionInDays }) => ({ StorageClass, Days: TransitionInDays })),
    }),
    ...(NoncurrentVersionExpiration !== undefined && { NoncurrentVersionExpiration }),
    ...(AbortIncompleteMultipartUpload !== undefined && { AbortIncompleteMultipartUpload }),
  };
}
