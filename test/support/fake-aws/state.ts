import type { Template } from 'aws-cdk-lib/assertions';
import { ANYTHING, resolveTemplate } from '../../../cli/status/stacks/resolve-template.ts';
import type { Resource } from '../../../cli/status/stacks/stack-facts.ts';

/** When CloudFormation and Lambda were done. */
export const DEPLOYED_AT = new Date('2026-11-01T00:00:00Z');

/** A resource in the fake AWS, as its stack made it; tests change or remove it. */
export interface Made {
  readonly stack: string;
  readonly region: string;
  readonly logicalId: string;
  readonly type: string;
  readonly id: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- a template is what CloudFormation reads, which no type describes
  properties: Record<string, any>;
  /** As status reads it out of the template. */
  readonly resource: Resource;
}

export interface DeployedStack {
  readonly name: string;
  readonly region: string;
  readonly template: string;
  /** All that CloudFormation believes to be there. */
  readonly resources: readonly Pick<Made, 'logicalId' | 'type' | 'id'>[];
  readonly outputs: Readonly<Record<string, string>>;
}

/** What a deployment of some templates leaves in AWS. */
export interface FakeState {
  readonly account: string;
  readonly stacks: Map<string, DeployedStack>;
  /** What is there in truth. */
  readonly resources: Set<Made>;
}

export function stateOf(
  templates: ReadonlyMap<string, Template>,
  { account, regionOf }: { readonly account: string; readonly regionOf: (stack: string) => string },
): FakeState {
  const state: FakeState = { account, stacks: new Map(), resources: new Set() };
  for (const [stack, template] of templates) deploy(state, { stack, region: regionOf(stack), template });
  return state;
}

function deploy(
  { account, stacks, resources }: FakeState,
  { stack, region, template }: { readonly stack: string; readonly region: string; readonly template: Template },
): void {
  const { Resources, Outputs = {} } = template.toJSON();
  const ids = new Map<string, string>();
  for (const [logicalId, { Type, Properties = {} }] of Object.entries<TemplateResource>(Resources))
    ids.set(logicalId, idOf({ Type, Properties }, { stack, region, account, logicalId }));
  const body = JSON.stringify(template.toJSON());
  const resolved = resolveTemplate(body, { region, account, ids });
  const made = [...resolved].map(([logicalId, { type, properties }]): Made => {
    // Whatever nobody can know beforehand has some value.
    const known = JSON.parse(JSON.stringify(properties).replaceAll(ANYTHING, 'AROA1234567890'));
    const id = ids.get(logicalId) ?? '';
    const resource = { logicalId, type, id, properties, region, account, updatedAt: DEPLOYED_AT };
    return { stack, region, logicalId, type, id, properties: known, resource };
  });
  for (const one of made) resources.add(one);
  const outputs = Object.entries<{ Value: { Ref?: string } | string }>(Outputs).map(([name, { Value }]) => [
    name,
    typeof Value === 'string' ? Value : (ids.get(Value.Ref ?? '') ?? ''),
  ]);
  stacks.set(stack, { name: stack, region, template: body, resources: made, outputs: Object.fromEntries(outputs) });
}

interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Made['properties'];
}

/** What CloudFormation calls the physical id. */
function idOf(
  { Type, Properties = {} }: TemplateResource,
  {
    stack,
    region,
    account,
    logicalId,
  }: { readonly stack: string; readonly region: string; readonly account: string; readonly logicalId: string },
): string {
  const generated = `${stack}-${logicalId}`.slice(0, 64);
  switch (Type) {
    case 'AWS::SQS::Queue':
      return `https://sqs.${region}.amazonaws.com/${account}/${Properties['QueueName'] ?? generated}`;
    case 'AWS::SNS::Topic':
      return `arn:aws:sns:${region}:${account}:${Properties['TopicName'] ?? generated}`;
    case 'AWS::StepFunctions::StateMachine':
      return `arn:aws:states:${region}:${account}:stateMachine:${Properties['StateMachineName'] ?? generated}`;
    case 'AWS::SNS::Subscription':
      return `arn:aws:sns:${region}:${account}:topic:${generated}`;
    case 'AWS::S3::Bucket':
      return Properties['BucketName'] ?? generated.toLowerCase();
    default:
      return NAMES.map((name) => Properties[name]).find((name) => typeof name === 'string') ?? generated;
  }
}

const NAMES = ['TableName', 'RoleName', 'AlarmName', 'LogGroupName', 'DashboardName', 'Name', 'FunctionName'];
