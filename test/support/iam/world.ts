import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { Configuration } from '../../../infra/config/config.ts';
import { appOf, type Resource, resourcesOf } from '../../infra/synthesize.ts';
import { readPolicy, type Statement } from './policy.ts';

/** All roles and policies of all stacks of a configuration, as CloudFormation would make them. */
export interface World {
  readonly roles: readonly Role[];
  /** Policies of buckets, queues and topics. */
  readonly resources: readonly GuardedResource[];
  /** The ARN of each resource, by stack and logical id without its hash, such as `fanout-source-photos/Undelivered`. */
  readonly arns: ReadonlyMap<string, string>;
}

export interface Role {
  readonly arn: string;
  /** Such as `fanout-destination-photos-eu/ReplicateRole`. */
  readonly path: string;
  readonly statements: readonly Statement[];
  readonly trust: readonly Statement[];
}

export interface GuardedResource {
  readonly arn: string;
  readonly path: string;
  readonly statements: readonly Statement[];
}

export function worldOf(configuration: Configuration): World {
  const stacks = appOf(configuration).node.children.filter((child) => child instanceof Stack);
  const parts = stacks.map((stack) => partOf(stack, resourcesOf(Template.fromStack(stack))));
  return {
    roles: parts.flatMap(({ roles }) => roles),
    resources: parts.flatMap(({ resources }) => resources),
    arns: new Map(parts.flatMap(({ arns }) => [...arns])),
  };
}

function partOf(stack: Stack, resources: readonly Resource[]): World {
  const path = ({ id }: Resource) => `${stack.stackName}/${id.replace(/[0-9A-F]{8}$/, '')}`;
  const byId = new Map(resources.map((resource) => [resource.id, identityOf(resource, stack)]));
  const resolved = (value: unknown): unknown => resolve(value, byId);
  const statements = (document: unknown) => readPolicy(resolved(document));
  return {
    arns: new Map(
      resources.flatMap((resource) => {
        const arn = byId.get(resource.id)?.arn;
        return arn === undefined ? [] : [[path(resource), arn] as const];
      }),
    ),
    roles: ofType(resources, 'AWS::IAM::Role').map((role) => ({
      arn: byId.get(role.id)?.arn ?? '',
      path: path(role),
      trust: statements(role.properties.AssumeRolePolicyDocument),
      statements: (role.properties.Policies ?? []).flatMap(({ PolicyDocument }: Resource['properties']) =>
        statements(PolicyDocument),
      ),
    })),
    resources: Object.entries(GUARDED).flatMap(([type, guards]) =>
      ofType(resources, type).flatMap((policy) =>
        [policy.properties[guards]].flat().map((guarded) => ({
          arn: [...byId.values()].find(({ ref }) => ref === resolved(guarded))?.arn ?? '',
          path: path(policy),
          statements: statements(policy.properties.PolicyDocument),
        })),
      ),
    ),
  };
}

/** Types of policies, and the property that names what each is of. */
const GUARDED = {
  'AWS::S3::BucketPolicy': 'Bucket',
  'AWS::SQS::QueuePolicy': 'Queues',
  'AWS::SNS::TopicPolicy': 'Topics',
} as const;

// A policy of another kind would go unseen.
const SEEN = new Set(['AWS::IAM::Role', ...Object.keys(GUARDED)]);

function ofType(resources: readonly Resource[], type: string): readonly Resource[] {
  const unseen = resources.find(({ type: other }) => /Policy$|Permission$|^AWS::KMS::/.test(other) && !SEEN.has(other));
  if (unseen !== undefined) throw new Error(`The evaluator does not read "${unseen.type}" (${unseen.id})`);
  return resources.filter((resource) => resource.type === type);
}

interface Identity {
  readonly arn: string | undefined;
  readonly ref: string;
}

function identityOf({ id, type, properties }: Resource, stack: Stack): Identity {
  const named = NAMED[type];
  if (named === undefined) return { arn: undefined, ref: id };
  const name: string = properties[named.name] ?? `${stack.stackName}-${id}`.toLowerCase();
  const arn = named.arn(name, `${stack.region}:${stack.account}`, stack.account);
  const byRef = { name, arn, url: `https://sqs.${stack.region}.amazonaws.com/${stack.account}/${name}` };
  return { arn, ref: byRef[named.ref] };
}

/** How resources are called, and what `Ref` says of them. */
const NAMED: Readonly<
  Record<
    string,
    {
      readonly name: string;
      readonly ref: 'name' | 'arn' | 'url';
      readonly arn: (name: string, here: string, account: string) => string;
    }
  >
> = {
  'AWS::S3::Bucket': { name: 'BucketName', ref: 'name', arn: (name) => `arn:aws:s3:::${name}` },
  'AWS::SQS::Queue': { name: 'QueueName', ref: 'url', arn: (name, here) => `arn:aws:sqs:${here}:${name}` },
  'AWS::SNS::Topic': { name: 'TopicName', ref: 'arn', arn: (name, here) => `arn:aws:sns:${here}:${name}` },
  'AWS::DynamoDB::Table': {
    name: 'TableName',
    ref: 'name',
    arn: (name, here) => `arn:aws:dynamodb:${here}:table/${name}`,
  },
  'AWS::Lambda::Function': {
    name: 'FunctionName',
    ref: 'name',
    arn: (name, here) => `arn:aws:lambda:${here}:function:${name}`,
  },
  'AWS::StepFunctions::StateMachine': {
    name: 'StateMachineName',
    ref: 'arn',
    arn: (name, here) => `arn:aws:states:${here}:stateMachine:${name}`,
  },
  'AWS::Logs::LogGroup': {
    name: 'LogGroupName',
    ref: 'name',
    arn: (name, here) => `arn:aws:logs:${here}:log-group:${name}:*`,
  },
  'AWS::IAM::Role': {
    name: 'RoleName',
    ref: 'name',
    arn: (name, _here, account) => `arn:aws:iam::${account}:role/${name}`,
  },
};

function resolve(value: unknown, byId: ReadonlyMap<string, Identity>): unknown {
  if (Array.isArray(value)) return value.map((item) => resolve(item, byId));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [[intrinsic, argument] = ['', undefined]] = entries;
  const known = (id: unknown) => {
    const identity = byId.get(String(id));
    if (identity === undefined) throw new Error(`The evaluator cannot resolve ${JSON.stringify(value)}`);
    return identity;
  };
  if (intrinsic === 'Ref') return known(argument).ref;
  if (intrinsic === 'Fn::GetAtt') {
    const [id, attribute] = [argument].flat();
    if (attribute !== 'Arn') throw new Error(`The evaluator cannot resolve ${JSON.stringify(value)}`);
    return known(id).arn;
  }
  if (intrinsic === 'Fn::Join') {
    const [by, parts] = [argument].flat(1);
    return [resolve(parts, byId)].flat().join(String(by));
  }
  if (intrinsic.startsWith('Fn::')) throw new Error(`The evaluator does not know ${intrinsic}`);
  return Object.fromEntries(entries.map(([key, item]) => [key, resolve(item, byId)]));
}
