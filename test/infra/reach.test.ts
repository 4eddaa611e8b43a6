import { describe, expect, it } from 'vitest';
import { CANARY_KEY, destinationStackName, reconcileStackName } from '../../shared/names.ts';
import { type Call, refusals } from '../support/iam/call.ts';
import { fits } from '../support/iam/match.ts';
import { one } from '../support/iam/operations.ts';
import { readPolicy } from '../support/iam/policy.ts';
import { OTHER_ACCOUNT } from '../support/iam/refused.ts';
import { may, type Reach, reachInto } from '../support/iam/reach.ts';
import { type World, worldOf } from '../support/iam/world.ts';
import { ACCOUNT, LARGE, SMALL } from './synthesize.ts';

const WORLD = worldOf(LARGE);
const [REPLICATOR] = LARGE.replicators;
const SOURCE = REPLICATOR.source.bucket;
const DESTINATIONS = REPLICATOR.destinations.map(({ bucket }) => bucket);
const ROLES = WORLD.roles.map(({ path }) => path);

describe('what belongs to a destination is beyond the roles of all others', () => {
  /** Each by the role of its source that is meant to, as the tests below say. */
  const takesItsRole = ({ role, action, resource }: Reach) =>
    action === 'sts:AssumeRole' &&
    ((resource.includes(':role/fanout-observer-') && /\/(ReconcileRole|CanaryFlyRole)$/.test(role)) ||
      (resource.includes(':role/fanout-restorer-') && role.endsWith('/RestoreRole')));

  it.each(DESTINATIONS)('%s', async (bucket) => {
    expect(await reachInto(WORLD, bucket, { except: takesItsRole })).toEqual([]);
  });

  const pairs = DESTINATIONS.flatMap((bucket) =>
    DESTINATIONS.filter((other) => other !== bucket).map((other) => ({ bucket, other })),
  );

  it.each(pairs)('and statements are found by which a role of $other could write to $bucket', async (pair) => {
    const own = (path: string) => path.startsWith(stackOf(pair.other));
    const statements = [
      { action: 's3:PutObject', resource: `arn:aws:s3:::${pair.bucket}/*` },
      { action: 's3:PutObjectTagging', resource: `arn:aws:s3:::${pair.bucket}/only here/*` },
      { action: 's3:PutBucketPolicy', resource: `arn:aws:s3:::${pair.bucket}` },
      ...['InboxQueue', 'InboxFailed', 'Ledger', 'Versions', 'Replicate'].map((id) => {
        const resource = WORLD.arns.get(`${stackOf(pair.bucket)}${id}`) ?? '';
        return { action: CHANGES[resource.split(':')[2] ?? ''] ?? '', resource };
      }),
    ];
    const roles = ROLES.filter(own);
    expect(roles).toHaveLength(5);
    for (const role of roles) {
      const world = statements.reduce((before, statement) => granting(before, role, statement), WORLD);
      const reached = await reachInto(world, pair.bucket, { by: (one) => one === role });
      const missed = statements.filter(
        ({ action, resource }) => !reached.some((reach) => reach.action === action && fits(reach.resource, resource)),
      );
      expect(missed, role).toEqual([]);
    }
  });

  it.each(pairs)(
    'or that lets it in at $bucket: in the policy of its bucket, or the trust of its roles',
    async (pair) => {
      const stranger = WORLD.roles.find(({ path }) => path === `${stackOf(pair.other)}ReplicateRole`);
      const bucket = `arn:aws:s3:::${pair.bucket}`;
      const letIn = (action: string, resource?: string) =>
        readPolicy({
          Statement: {
            Effect: 'Allow',
            Principal: { AWS: stranger?.arn },
            Action: action,
            ...(resource !== undefined && { Resource: resource }),
          },
        });
      const open: World = {
        ...WORLD,
        resources: WORLD.resources.map((of) =>
          of.arn === bucket ? { ...of, statements: [...of.statements, ...letIn('s3:PutObject', `${bucket}/*`)] } : of,
        ),
        roles: WORLD.roles.map((role) =>
          role.path === `${stackOf(pair.bucket)}ReplicateRole`
            ? { ...role, trust: [...role.trust, ...letIn('sts:AssumeRole')] }
            : role,
        ),
      };
      const reached = await reachInto(open, pair.bucket, { by: (role) => role === stranger?.path });
      expect(new Set(reached.map(({ action }) => action))).toEqual(new Set(['s3:PutObject', 'sts:AssumeRole']));
    },
  );
});

function stackOf(bucket: string): string {
  return `${destinationStackName(bucket)}/`;
}

const CHANGES: Readonly<Record<string, string>> = {
  sqs: 'sqs:SendMessage',
  dynamodb: 'dynamodb:UpdateItem',
  lambda: 'lambda:InvokeFunction',
};

describe('no role', () => {
  const buckets = [SOURCE, ...DESTINATIONS, 'somebody-elses'];

  it.each([
    's3:DeleteObject',
    's3:DeleteObjectVersion',
    's3:BypassGovernanceRetention',
    's3:PutBucketPolicy',
    's3:DeleteBucket',
  ])('may %s', (action) => {
    const able = ROLES.flatMap((role) =>
      buckets.flatMap((bucket) =>
        [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/a`].map((resource) => ({ role, action, resource })),
      ),
    ).filter((reach) => may(WORLD, reach));
    expect(able).toEqual([]);
  });

  it('but replicate, restorer and its own of the canary reads contents, and none of the reconcile', () => {
    const reads = ROLES.filter((role) =>
      [SOURCE, ...DESTINATIONS].some((bucket) =>
        may(WORLD, { role, action: 's3:GetObject', resource: `arn:aws:s3:::${bucket}/a` }),
      ),
    );
    expect(reads.filter((role) => !/\/(ReplicateRole|Restorer)$/.test(role))).toEqual([]);
    const observers = ROLES.filter((role) => role.endsWith('/Observer'));
    expect(observers).toHaveLength(DESTINATIONS.length);
    for (const [at, role] of observers.entries()) {
      const canary = `arn:aws:s3:::${DESTINATIONS[at]}/${CANARY_KEY}`;
      expect(may(WORLD, { role, action: 's3:GetObject', resource: canary }), role).toBe(true);
    }
  });

  it('of a restore changes how the source or its own destination keeps versions', () => {
    for (const [at, role] of ROLES.filter((path) => path.endsWith('/Restorer')).entries()) {
      for (const bucket of [SOURCE, DESTINATIONS[at]]) {
        for (const action of ['s3:PutBucketVersioning', 's3:PutLifecycleConfiguration'])
          expect(may(WORLD, { role, action, resource: `arn:aws:s3:::${bucket}` }), `${role} ${action}`).toBe(false);
      }
    }
  });
});

/** Beside what permissions.test.ts makes of each call. */
describe('who is not meant is refused:', () => {
  const observer = `arn:aws:iam::${ACCOUNT}:role/fanout-observer-photos-eu`;
  const restorer = `arn:aws:iam::${ACCOUNT}:role/fanout-restorer-photos-eu`;
  const scheduleRole = WORLD.roles.find(({ path }) => path === `${reconcileStackName(SOURCE)}/ScheduleRole`)?.arn;

  const attacks: readonly (readonly [what: string, call: Pick<Call, 'by' | 'needs'>])[] = [
    [
      'the reconcile role’s name in another account takes the observer role',
      { by: `arn:aws:iam::${OTHER_ACCOUNT}:role/www_photos_example-reconcile`, needs: one('sts:AssumeRole', observer) },
    ],
    [
      'the restore takes the observer role',
      { by: `arn:aws:iam::${ACCOUNT}:role/www_photos_example-restore`, needs: one('sts:AssumeRole', observer) },
    ],
    [
      'the reconcile takes the restorer role',
      { by: `arn:aws:iam::${ACCOUNT}:role/www_photos_example-reconcile`, needs: one('sts:AssumeRole', restorer) },
    ],
    [
      'Scheduler takes a role for another group',
      {
        by: 'scheduler.amazonaws.com',
        needs: one('sts:AssumeRole', scheduleRole, {
          'aws:sourceaccount': ACCOUNT,
          'aws:sourcearn': `arn:aws:scheduler:us-east-1:${ACCOUNT}:schedule-group/another`,
        }),
      },
    ],
  ];

  it.each(attacks)('%s', (what, call) => {
    // By his ARN he may do everything as far as his own policies go: ours refuse him.
    expect(refusals(WORLD, { ...call, sends: what })).toHaveLength(1);
  });

  it('the canary takes no observer role where there is none', () => {
    const world = worldOf({ replicators: [{ ...SMALL.replicators[0], canary: false }] });
    const by = `arn:aws:iam::${ACCOUNT}:role/photos-canary`;
    const call = { by, sends: 'AssumeRole', needs: one('sts:AssumeRole', observer) };
    expect(refusals(world, call)).toHaveLength(1);
  });
});

function granting(
  world: World,
  path: string,
  { action, resource }: { readonly action: string; readonly resource: string },
): World {
  const added = readPolicy({ Statement: { Sid: 'Added', Effect: 'Allow', Action: action, Resource: resource } });
  return {
    ...world,
    roles: world.roles.map((role) =>
      role.path === path ? { ...role, statements: [...role.statements, ...added] } : role,
    ),
  };
}
