import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import cdk from '../../cdk.json' with { type: 'json' };
import { addStacks } from '../../infra/add-stacks.ts';
import type { Configuration } from '../../infra/config/config.ts';
import { parseConfiguration } from '../../infra/config/parse-configuration.ts';

export const ACCOUNT = '123456789012';

/** A source and a destination, as small as a configuration can be. */
export const SMALL = {
  replicators: [
    {
      source: { bucket: 'photos', region: 'us-east-1' },
      destinations: [{ bucket: 'photos-eu', region: 'eu-west-1' }],
    },
  ],
} as const satisfies Configuration;

/** Every choice there is, and a name with dots. */
export const LARGE = {
  replicators: [
    {
      source: {
        bucket: 'www.photos.example',
        region: 'us-east-1',
        kmsKeyArns: [`arn:aws:kms:us-east-1:${ACCOUNT}:key/66666666-7777-8888-9999-000000000000`],
      },
      destinations: [
        { bucket: 'photos-eu', region: 'eu-west-1', encryption: 'sse-s3', storageClass: 'GLACIER_IR', concurrency: 2 },
        {
          bucket: 'photos.dr',
          region: 'us-west-2',
          historyDays: 3650,
          encryption: { kmsKeyArn: `arn:aws:kms:us-west-2:${ACCOUNT}:key/11111111-2222-3333-4444-555555555555` },
        },
        {
          bucket: 'photos-near',
          region: 'us-east-1',
          retention: { standardIaAfterDays: 60, glacierAfterDays: false, objectLock: { mode: 'COMPLIANCE', days: 30 } },
        },
      ],
      reconcile: {
        schedule: 'cron(30 2 * * ? *)',
        timeZone: 'Europe/Berlin',
        maxGigabytesPerRun: 10,
        eventMinutes: 30,
        parallelism: 100,
        notify: ['ops@example.com', 'storage@example.com'],
        reportRetentionDays: 30,
      },
      notify: ['on-call@example.com'],
      alarms: { lagMinutes: 30, runWithinHours: 50, dashboard: true },
      logLevel: 'WARN',
      canary: { everyMinutes: 5, withinSeconds: 120 },
      scrub: { share: 0.25, maxGigabytesPerRun: 1, maxObjectMegabytes: 16 },
      rehearsal: {
        schedule: 'cron(0 3 ? * SUN *)',
        timeZone: 'Europe/Berlin',
        objects: 50,
        maxGigabytes: 2,
        withinDays: 12,
      },
    },
  ],
} as const satisfies Configuration;

/** Buckets that exist already, a topic of others, other Regions, and everything left out that can be. */
export const EXISTING = {
  replicators: [
    {
      source: {
        bucket: 'pictures',
        region: 'ap-southeast-2',
        existing: true,
        topicArn: `arn:aws:sns:ap-southeast-2:${ACCOUNT}:pictures-events`,
      },
      destinations: [{ bucket: 'pictures-copy', region: 'sa-east-1', existing: true }],
      canary: false,
      scrub: false,
      rehearsal: false,
    },
  ],
} as const satisfies Configuration;

/** Names as long as they may be. */
export const LONG = {
  replicators: [
    {
      source: { bucket: 'source-'.padEnd(63, 'x'), region: 'us-east-1' },
      destinations: [{ bucket: 'destination-'.padEnd(63, 'y'), region: 'ap-southeast-2' }],
    },
  ],
} as const satisfies Configuration;

/** The app that a configuration makes; its functions are not bundled unless it is written to a folder. */
export function appOf(
  configuration: Configuration,
  { outdir, context }: { readonly outdir?: string; readonly context?: Readonly<Record<string, string>> } = {},
): App {
  const app = new App({
    analyticsReporting: false,
    ...(outdir !== undefined && { outdir }),
    context: { ...cdk.context, ...context, ...(outdir === undefined && { 'aws:cdk:bundling-stacks': [] }) },
  });
  addStacks(app, parseConfiguration(configuration, { account: ACCOUNT }));
  return app;
}

/** The template of every stack, by the stack's name. */
export function templatesOf(
  configuration: Configuration,
  options: Parameters<typeof appOf>[1] = {},
): ReadonlyMap<string, Template> {
  const stacks = appOf(configuration, options).node.children.filter((child) => child instanceof Stack);
  return new Map(stacks.map((stack) => [stack.stackName, Template.fromStack(stack)]));
}

export interface Resource {
  readonly id: string;
  readonly type: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- a template is what CloudFormation reads, which no type describes
  readonly properties: any;
  readonly deletionPolicy: string | undefined;
  readonly dependsOn: readonly string[];
}

export function resourcesOf(template: Template): Resource[] {
  return Object.entries<TemplateResource>(template.toJSON().Resources).map(([id, resource]) => ({
    id,
    type: resource.Type,
    properties: resource.Properties,
    deletionPolicy: resource.DeletionPolicy,
    dependsOn: [resource.DependsOn ?? []].flat(),
  }));
}

interface TemplateResource {
  readonly Type: string;
  readonly Properties: Resource['properties'];
  readonly DeletionPolicy?: string;
  readonly DependsOn?: string | string[];
}
