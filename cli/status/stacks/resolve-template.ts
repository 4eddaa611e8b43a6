import * as v from 'valibot';
import { partitionOf } from '../../find/topic-arn.ts';
import type { Properties } from './stack-facts.ts';

/** Stands for what a template refers to and nobody tells: it is like anything. No property of ours contains it. */
export const ANYTHING = '\u{FFFF}';

/** Where the resources of a template came to be. */
export interface Made {
  readonly region: string;
  readonly account: string;
  /** By logical id, what CloudFormation calls the physical id. */
  readonly ids: ReadonlyMap<string, string>;
}

const template = v.object({
  Resources: v.record(
    v.string(),
    v.object({ Type: v.string(), Properties: v.optional(v.record(v.string(), v.unknown()), {}) }),
  ),
});

export interface TemplateResource {
  readonly type: string;
  readonly properties: Properties;
}

/** The resources of a template by their logical ids, with every reference put in. Pure. @throws if it is no template in JSON. */
export function resolveTemplate(body: string, made: Made): ReadonlyMap<string, TemplateResource> {
  const { Resources } = v.parse(template, JSON.parse(body));
  const types = new Map(Object.entries(Resources).map(([id, { Type }]) => [id, Type]));
  const resolve = (value: unknown) => resolved(value, { ...made, types });
  return new Map(
    Object.entries(Resources).map(([id, { Type: type, Properties }]) => [
      id,
      {
        type,
        properties: Object.fromEntries(Object.entries(Properties).map(([name, value]) => [name, resolve(value)])),
      },
    ]),
  );
}

interface Around extends Made {
  readonly types: ReadonlyMap<string, string>;
}

function resolved(value: unknown, around: Around): unknown {
  if (Array.isArray(value)) return value.map((one) => resolved(one, around));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [first, ...more] = entries;
  if (first !== undefined && more.length === 0 && (first[0] === 'Ref' || first[0].startsWith('Fn::')))
    return reference(first[0], first[1], around);
  return Object.fromEntries(entries.map(([name, one]) => [name, resolved(one, around)]));
}

const joined = v.tuple([v.string(), v.array(v.unknown())]);
const attribute = v.tuple([v.string(), v.string()]);

function reference(kind: string, value: unknown, around: Around): unknown {
  if (kind === 'Ref' && typeof value === 'string') return pseudo(value, around) ?? around.ids.get(value) ?? ANYTHING;
  if (kind === 'Fn::GetAtt' && v.is(attribute, value)) return attributeOf(value, around);
  if (kind === 'Fn::Join' && v.is(joined, value)) {
    const [between, parts] = value;
    return parts.map((part) => String(resolved(part, around))).join(between);
  }
  return ANYTHING;
}

function pseudo(name: string, { region, account }: Around): string | undefined {
  if (name === 'AWS::Region') return region;
  if (name === 'AWS::AccountId') return account;
  if (name === 'AWS::Partition') return partitionOf(region);
  return undefined;
}

function attributeOf([logicalId, name]: readonly [string, string], around: Around): string {
  const [id, type] = [around.ids.get(logicalId), around.types.get(logicalId)];
  if (id === undefined || type === undefined) return ANYTHING;
  if (name === 'Arn' || name.endsWith('.Arn') || name === 'TopicArn') return arnOf(type, id, around);
  return ANYTHING;
}

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html */
function arnOf(type: string, id: string, { region, account }: Around): string {
  const at = (service: string) => `arn:${partitionOf(region)}:${service}:${region}:${account}`;
  switch (type) {
    case 'AWS::SQS::Queue':
      return `${at('sqs')}:${id.split('/').at(-1)}`;
    case 'AWS::S3::Bucket':
      return `arn:${partitionOf(region)}:s3:::${id}`;
    case 'AWS::IAM::Role':
      return `arn:${partitionOf(region)}:iam::${account}:role/${id}`;
    case 'AWS::Lambda::Function':
      return `${at('lambda')}:function:${id}`;
    case 'AWS::DynamoDB::Table':
      return `${at('dynamodb')}:table/${id}`;
    case 'AWS::Logs::LogGroup':
      return `${at('logs')}:log-group:${id}:*`;
    default:
      return id.startsWith('arn:') ? id : ANYTHING;
  }
}
