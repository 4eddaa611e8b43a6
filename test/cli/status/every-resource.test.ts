import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { clientsOf } from '../../../cli/status/stacks/clients.ts';
import { NOT_LOOKED_AT, PROBES } from '../../../cli/status/stacks/probes.ts';
import { lookAt } from '../../../cli/status/stacks/look-at.ts';
import { status } from '../../../cli/status/status.ts';
import { paths } from '../../../functions/reconcile/run.ts';
import { rehearsalPaths } from '../../../functions/restore/rehearsal/rehearsal.ts';
import { reconcileStackName, restoreStackName } from '../../../shared/names.ts';
import { ACCOUNT, appOf, LARGE, templatesOf } from '../../infra/synthesize.ts';
import { answerFrom } from '../../support/fake-aws/fake-aws.ts';
import { stateOf } from '../../support/fake-aws/state.ts';
import type { FakeState, Made } from '../../support/fake-aws/state.ts';
import { leavesOf, withLeaf } from '../../support/leaves.ts';
import { Stack } from 'aws-cdk-lib';

/**
 * Over a fake AWS in which all stacks are deployed, with all features on: whatever is taken away or changed, `status` never says that all is well.
 */
const config = fileURLToPath(new URL('large.config.ts', import.meta.url));
const NOW = Date.parse('2026-11-21T12:00:00Z');
const [{ source, destinations }] = LARGE.replicators;
const templates = templatesOf(LARGE);
const regions = new Map(
  appOf(LARGE)
    .node.children.filter((child) => child instanceof Stack)
    .map((stack) => [stack.stackName, stack.region]),
);
const fresh = () => stateOf(templates, { account: ACCOUNT, regionOf: (stack) => regions.get(stack) ?? '' });

let state: FakeState;
let keys: Map<string, string>;

beforeEach(() => {
  state = fresh();
  keys = new Map();
  const reports = bucketOf(state, reconcileStackName(source.bucket));
  const restores = bucketOf(state, restoreStackName(source.bucket));
  const proved = { completedAt: '2026-11-21T01:40:00.000Z', provedEqualAsOf: '2026-11-21T01:30:04.000Z' };
  const rehearsed = { endedAt: '2026-11-20T04:03:00.000Z', succeeded: true, cause: 'fine', objects: 1, bytes: 1 };
  const files = new Map<string, unknown>([
    [
      `${reports}/${paths.history}`,
      [{ run: 'r', startedAt: '2026-11-21T01:30:00Z', status: 'equal', destinations: [] }],
    ],
    ...destinations.flatMap(({ bucket }): [string, unknown][] => [
      [`${reports}/${paths.destination(bucket)}`, proved],
      [`${restores}/${rehearsalPaths.memory(bucket)}`, { since: '2026-10-01T00:00:00Z', last: rehearsed }],
    ]),
  ]);
  answerFrom({ state, files, keys });
});

function bucketOf({ stacks }: FakeState, stack: string): string {
  return stacks.get(stack)?.outputs['ReportsBucket'] ?? '';
}

async function call(): Promise<{ readonly code: number; readonly out: string }> {
  const said: string[] = [];
  const code = await status({ config }, { out: (text) => said.push(text), now: () => NOW });
  return { code, out: said.join('\n') };
}

/** The stacks of destinations are alike but for their buckets: one of each kind will do. */
const all = [
  ...new Map(
    [...fresh().resources].map((one) => [
      `${one.type} ${one.logicalId} ${one.type.startsWith('AWS::S3') ? one.id : one.stack.split('-')[1]}`,
      one,
    ]),
  ).values(),
];
const looked = all.filter(({ type }) => NOT_LOOKED_AT[type] === undefined);
const titled = (resources: readonly Made[]) =>
  resources.map((one): [string, Made] => [`${one.type} ${one.logicalId} of ${one.stack}`, one]);

it('is well when nothing was touched', async () => {
  const { code, out } = await call();
  expect(out).toMatch(/^All is well/);
  expect(code).toBe(0);
});

it('knows every type of the templates, and every property of each', () => {
  const unknown = all.flatMap(({ type, properties }) => {
    if (NOT_LOOKED_AT[type] !== undefined) return [];
    const probe = PROBES[type];
    if (probe === undefined) return [type];
    const known = new Set([...Object.keys(probe.watched), ...Object.keys(probe.unwatched)]);
    return Object.keys(properties)
      .filter((name) => !known.has(name))
      .map((name) => `${type} ${name}`);
  });
  expect([...new Set(unknown)]).toEqual([]);
  const types = new Set(all.map(({ type }) => type));
  expect(Object.keys(PROBES).filter((type) => !types.has(type))).toEqual([]);
});

it('is described in the documentation, type by type and property by property', () => {
  const page = readFileSync('docs/status-checks.md', 'utf8');
  const row = (type: string) => page.split('\n').find((line) => line.startsWith(`| \`${type}\``)) ?? '';
  for (const [type, { watched }] of Object.entries(PROBES))
    for (const name of Object.keys(watched)) expect(row(type)).toContain(`\`${name}\``);
  for (const [type, why] of Object.entries(NOT_LOOKED_AT)) expect(row(type)).toContain(why);
});

it.each([...JSON.stringify(LARGE).matchAll(/arn:aws:kms:[^"]+/g)].map(([arn]) => arn))(
  'the key %s that somebody switches off',
  async (arn) => {
    keys.set(arn, 'Disabled');
    expect((await call()).code).toBe(3);
  },
);

/** Whose deletion changes nothing: each has its reason in `NOT_LOOKED_AT`. */
const HARMLESS = ['AWS::CloudWatch::Dashboard', 'AWS::Logs::LogGroup', 'Custom::FanoutFirstRun'];

describe('each resource that somebody deletes', () => {
  it.each(titled(all.filter(({ type }) => !HARMLESS.includes(type))))('%s', async (_, { stack, logicalId }) => {
    take(stack, logicalId);
    const { code, out } = await call();
    expect(out).not.toMatch(/All is well/);
    expect(code).toBe(3);
    // A plain deployment would find nothing to change.
    expect(out).not.toMatch(/(not|neither) deployed/);
  });

  it('but for those that nothing rests on', () => {
    for (const type of HARMLESS) expect(NOT_LOOKED_AT[type]).toBeDefined();
  });
});

describe('each stack that is not deployed', () => {
  it.each([...templates.keys()])('%s', async (stack) => {
    state.stacks.delete(stack);
    for (const one of state.resources) if (one.stack === stack) state.resources.delete(one);
    const { code, out } = await call();
    expect(code).toBe(3);
    expect(out.replaceAll(/\s+/g, ' ')).toContain(`npx cdk deploy ${stack}`);
  });
});

describe('each property that somebody changes', () => {
  const altered = new Set<string>();

  it.each(titled(looked))('%s', async (_, { stack, type, logicalId }) => {
    const resource = find(stack, logicalId);
    const original = structuredClone(resource.properties);
    const quiet: string[] = [];
    for (const name of Object.keys(PROBES[type]?.watched ?? {})) {
      // What the parts of a policy are called means nothing; of code, see below.
      const leaves =
        name in original && name !== 'Code' ? leavesOf(original[name]).filter((path) => path.at(-1) !== 'Sid') : [];
      const variants = [
        ...leaves.map((path) => ({ what: `${name} ${path.join('.')}`, value: withLeaf(original[name], path) })),
        ...(name in original && name !== 'Code' ? [{ what: `${name} taken out`, value: undefined }] : []),
        ...(ADDED[type]?.[name] ?? []).map((value) => ({ what: `${name} ${JSON.stringify(value)}`, value })),
      ];
      for (const { what, value } of variants) {
        altered.add(`${type} ${name}`);
        resource.properties = { ...structuredClone(original), [name === 'Code' ? 'LastModified' : name]: value };
        if (value === undefined) delete resource.properties[name];
        if (!(await isNoticed(resource))) quiet.push(what);
      }
    }
    resource.properties = original;
    expect(quiet.filter((what) => !AS_BY_DEFAULT.has(`${type} ${what}`))).toEqual([]);
    expect(await isNoticed(resource)).toBe(false);
  });

  it('and there is none that is watched and was not changed here', () => {
    const watched = Object.entries(PROBES).flatMap(([type, probe]) =>
      Object.keys(probe.watched).map((name) => `${type} ${name}`),
    );
    expect(watched.filter((name) => !altered.has(name))).toEqual([]);
  });
});

/** Where the template says what AWS takes where it says nothing. */
const AS_BY_DEFAULT: ReadonlySet<string> = new Set([
  'AWS::SQS::Queue MessageRetentionPeriod taken out',
  'AWS::CloudWatch::Alarm DatapointsToAlarm taken out',
  'AWS::S3::Bucket BucketEncryption taken out',
]);

/** What somebody may set that no template of ours has. */
const ADDED: Readonly<Record<string, Readonly<Record<string, readonly unknown[]>>>> = {
  'AWS::CloudWatch::Alarm': { TreatMissingData: ['ignore'] },
  'AWS::DynamoDB::Table': { TableStatus: ['INACCESSIBLE_ENCRYPTION_CREDENTIALS', 'ARCHIVED'] },
  'AWS::IAM::Role': {
    ManagedPolicyArns: [['arn:aws:iam::aws:policy/AWSDenyAll']],
    PermissionsBoundary: ['arn:aws:iam::1:policy/b'],
    MaxSessionDuration: [7200],
  },
  'AWS::Lambda::EventSourceMapping': { FilterCriteria: [[{ Pattern: '{"a":["b"]}' }]] },
  'AWS::Lambda::Function': {
    Code: ['2026-11-20T00:00:00Z'],
    KmsKeyArn: ['arn:aws:kms:us-east-1:1:key/1'],
    VpcConfig: [{ SubnetIds: ['subnet-1'] }],
    Layers: [[{ Arn: 'arn:aws:lambda:us-east-1:1:layer:l:1' }]],
    ReservedConcurrentExecutions: [0, 1],
    State: ['Failed'],
    LastUpdateStatus: ['Failed'],
  },
  'AWS::S3::Bucket': {
    Region: ['sa-east-1'],
    LifecycleConfiguration: [{ Rules: [{ Id: 'x', Status: 'Enabled', ExpirationInDays: 1 }] }],
  },
  'AWS::SNS::Subscription': { FilterPolicy: [{ a: ['b'] }] },
  'AWS::SNS::Topic': { KmsMasterKeyId: ['arn:aws:kms:us-east-1:1:key/1'] },
  'AWS::SQS::Queue': {
    VisibilityTimeout: [0],
    MessageRetentionPeriod: [60],
    DelaySeconds: [900],
    MaximumMessageSize: [1024],
    KmsMasterKeyId: ['arn:aws:kms:us-east-1:1:key/1'],
  },
  'AWS::Scheduler::Schedule': {
    State: ['DISABLED'],
    StartDate: ['2030-01-01T00:00:00Z'],
    EndDate: ['2020-01-01T00:00:00Z'],
    KmsKeyArn: ['arn:aws:kms:us-east-1:1:key/1'],
  },
  'AWS::StepFunctions::StateMachine': {
    Status: ['DELETING'],
    EncryptionConfiguration: ['arn:aws:kms:us-east-1:1:key/1'],
  },
};

async function isNoticed({ resource }: Made): Promise<boolean> {
  return (await lookAt(resource, clientsOf())).length > 0;
}

function find(stack: string, logicalId: string): Made {
  const found = [...state.resources].find((one) => one.stack === stack && one.logicalId === logicalId);
  if (found === undefined) throw new Error(`There is no ${logicalId} in ${stack}`);
  return found;
}

function take(stack: string, logicalId: string): void {
  state.resources.delete(find(stack, logicalId));
}
