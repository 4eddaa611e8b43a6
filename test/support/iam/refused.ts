import type { Configuration } from '../../../infra/config/config.ts';
import { parseConfiguration } from '../../../infra/config/parse-configuration.ts';
import { destinationStackName } from '../../../shared/names.ts';
import { TARGET_TAG } from '../../../shared/runs/restore-target.ts';
import { ACCOUNT } from '../../infra/synthesize.ts';
import type { Call, Need } from './call.ts';
import * as op from './operations.ts';
import type { World } from './world.ts';

/** A call that needs one thing, which IAM refuses. */
export interface RefusedCall extends Call {
  /** What differs from a call that is allowed, or why else it is refused. */
  readonly because: string;
}

export const OTHER_ACCOUNT = '999999999999';

/** What must be refused: each call of the table as it must not be, and what restores never do. */
export function refusedOf(world: World, calls: readonly Call[], configuration: Configuration): readonly RefusedCall[] {
  return [...calls.flatMap((call) => variantsOf(world, call)), ...neverOf(world, configuration)];
}

/** What the policies of a role say by themselves, and those of its session: either refuses, so that the other need not. */
function variantsOf(world: World, call: Call): readonly RefusedCall[] {
  const { session, ...byRole } = call;
  const arn = world.roles.find(({ path }) => path === call.by)?.arn;
  return call.needs.flatMap((need) => [
    ...[...elsewhere(need), ...withoutTls(world, need)].map((other) => refused(byRole, other)),
    ...(session === undefined || arn === undefined
      ? []
      : elsewhere(need).map((other) => refused({ ...call, by: arn }, other))),
    ...strangers(call, need),
  ]);
}

interface Other {
  readonly because: string;
  readonly need: Need;
}

function refused(call: Call, { because, need }: Other): RefusedCall {
  return { ...call, needs: [need], because };
}

function elsewhere(need: Need): readonly Other[] {
  const { resource, context = {} } = need;
  const isOfS3 = need.action.startsWith('s3:') && !('s3:resourceaccount' in context);
  return [
    ...(isOfS3 ? [{ because: 'another account owns it', need: { ...need, owner: OTHER_ACCOUNT } }] : []),
    ...(resource === '*' ? [] : [{ because: 'another name', need: { ...need, resource: otherName(resource) } }]),
    ...Object.entries(context).flatMap(([key, value]) =>
      typeof value === 'string'
        ? [{ because: `another ${key}`, need: { ...need, context: { ...context, [key]: otherValue(value) } } }]
        : [],
    ),
  ];
}

/** Of a bucket, queue, table, key and so on whose name begins like this one's. */
function otherName(arn: string): string {
  return arn.startsWith('arn:aws:s3:::')
    ? arn.replace(/^[^/]+/, '$&-x')
    : arn.replace(/^((?:[^:]*:){5}(?:execution:[^:/]+|(?:(?:log-group|function|stateMachine):)?[^:]+))/, '$1-x');
}

function otherValue(value: string): string {
  if (value.includes(ACCOUNT)) return value.replace(ACCOUNT, OTHER_ACCOUNT);
  return value.startsWith('arn:aws:s3:::') ? otherName(value) : `another-${value}`;
}

function withoutTls({ resources }: World, need: Need): readonly Other[] {
  // The topics' policies demand it of what is published only.
  if (need.action.startsWith('sns:') && need.action !== 'sns:Publish') return [];
  const isGuarded = resources.some(({ arn }) => need.resource === arn || need.resource.startsWith(`${arn}/`));
  const context = { ...need.context, 'aws:securetransport': 'false' };
  return isGuarded ? [{ because: 'without TLS', need: { ...need, context } }] : [];
}

/** In place of a service, or of who may take a role. */
function strangers(call: Call, need: Need): readonly RefusedCall[] {
  const by = [
    ...(call.by.endsWith('.amazonaws.com')
      ? ['another.amazonaws.com', `arn:aws:iam::${OTHER_ACCOUNT}:role/admin`]
      : []),
    ...(need.action === 'sts:AssumeRole' ? [`arn:aws:iam::${ACCOUNT}:role/admin`] : []),
  ];
  return by.map((stranger) => ({ ...call, by: stranger, needs: [need], because: `by ${stranger}` }));
}

/** Names that AWS gives to buckets that others deploy and run from, and that tell who did what. */
const OF_OTHERS = [
  `cdk-hnb659fds-assets-${ACCOUNT}-us-east-1`,
  'cdktoolkit-stagingbucket-1a2b3c4d5e6f',
  'cf-templates-1a2b3c4d5e6f-us-east-1',
  `codepipeline-us-east-1-${ACCOUNT}`,
  `elasticbeanstalk-us-east-1-${ACCOUNT}`,
  `aws-cloudtrail-logs-${ACCOUNT}-1a2b3c4d`,
  `aws-controltower-logs-${ACCOUNT}-us-east-1`,
  `config-bucket-${ACCOUNT}`,
];

/** What a restore may not write to though it is marked, and of which buckets it may change no setting whatever their names are. */
function neverOf(world: World, configuration: Configuration): readonly RefusedCall[] {
  // CloudFormation adds some characters to the names that it makes.
  const reports = [...world.arns].flatMap(([path, arn]) =>
    path.endsWith('/Reports') ? [`${arn.split(':::')[1]}-1a2b3c4d5e6f`] : [],
  );
  return parseConfiguration(configuration, { account: ACCOUNT }).flatMap(({ source, destinations }) =>
    destinations.flatMap((destination) => {
      const by = `${destinationStackName(destination.bucket)}/Restorer`;
      const marked = { [`aws:resourcetag/${TARGET_TAG}`]: source.bucket };
      const writes = [...OF_OTHERS, ...reports, destination.bucket].flatMap((bucket) =>
        writesTo({ bucket, region: source.region, key: 'a key' }).map((need) => ({
          by,
          sends: need.action,
          needs: [{ ...need, context: marked }],
          because: `no restore writes to ${bucket}`,
        })),
      );
      const changes = [source, destination].flatMap((bucket) =>
        Object.values(op.make)
          .flatMap((setting) => setting(bucket))
          .map((need) => ({
            by,
            sends: need.action,
            needs: [need],
            because: 'no restore changes how versions are kept',
          })),
      );
      return [...writes, ...changes];
    }),
  );
}

function writesTo(to: op.ObjectOf): readonly Need[] {
  const written = [
    ...op.copy(to, to),
    ...op.putTagging(to),
    ...op.putTagging({ ...to, version: true }),
    ...op.upload.abort(to),
    ...op.upload.parts(to),
  ].filter(({ action }) => !action.startsWith('s3:Get'));
  return [...new Map(written.map((need) => [need.action, need])).values()];
}
