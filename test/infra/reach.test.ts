import { describe, expect, it } from 'vitest';
import { CANARY_KEY, reconcileStackName, topicName } from '../../shared/names.ts';
import { type Call, refusals } from '../support/iam/call.ts';
import { one } from '../support/iam/operations.ts';
import { readPolicy } from '../support/iam/policy.ts';
import { may, type Reach, reachInto } from '../support/iam/reach.ts';
import { type World, worldOf } from '../support/iam/world.ts';
import { ACCOUNT, LARGE, SMALL } from './synthesize.ts';

const WORLD = worldOf(LARGE);
const [REPLICATOR] = LARGE.replicators;
const SOURCE = REPLICATOR.source.bucket;
const DESTINATIONS = REPLICATOR.destinations.map(({ bucket }) => bucket);
const ROLES = WORLD.roles.map(({ path }) => path);

describe('what belongs to a destination is beyond the roles of all others', () => {
  /** A restore may go to any bucket; its code refuses destinations. */
  const restores = ({ role, resource }: Reach) => role.endsWith('/Restorer') && resource.startsWith('arn:aws:s3:::');

  it.each(DESTINATIONS)('%s', async (bucket) => {
    expect(await reachInto(WORLD, bucket, { except: restores })).toEqual([]);
  });

  it.each(DESTINATIONS)('and a statement that would change this is found: into %s', async (bucket) => {
    const statements = [
      { action: 's3:PutObject', resource: `arn:aws:s3:::${bucket}/*` },
      { action: 's3:PutBucketPolicy', resource: `arn:aws:s3:::${bucket}` },
      ...['InboxQueue', 'InboxFailed', 'Ledger', 'Versions', 'Replicate'].map((id) => {
        const arn = [...WORLD.arns].find(
          ([path]) => path === `fanout-destination-${bucket.replaceAll('.', '--')}/${id}`,
        )?.[1];
        const service = arn?.split(':')[2] ?? '';
        return { action: CHANGES[service] ?? '', resource: arn ?? '' };
      }),
    ];
    const strangers = DESTINATIONS.filter((other) => other !== bucket).flatMap((other) =>
      ROLES.filter((path) => path.startsWith(`fanout-destination-${other.replaceAll('.', '--')}/`)),
    );
    const stranger = strangers.find((path) => path.endsWith('/ReplicateRole')) ?? '';
    for (const { action, resource } of statements) {
      const reached = await reachInto(granting(WORLD, stranger, { action, resource }), bucket, {
        except: restores,
        by: (role) => role === stranger,
      });
      expect(reached, action).toEqual([{ role: stranger, action, resource: resource.replace('*', 'a key') }]);
    }
  });
});

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

describe('who is not meant is refused:', () => {
  const topic = `arn:aws:sns:us-east-1:${ACCOUNT}:${topicName(SOURCE)}`;
  const publish = (account: string, bucket: string) =>
    one('sns:Publish', topic, { 'aws:sourceaccount': account, 'aws:sourcearn': `arn:aws:s3:::${bucket}` });
  const inbox = `arn:aws:sqs:eu-west-1:${ACCOUNT}:photos-eu`;
  const send = (from: string) => one('sqs:SendMessage', inbox, { 'aws:sourcearn': from, 'aws:sourceaccount': ACCOUNT });
  const observer = `arn:aws:iam::${ACCOUNT}:role/fanout-observer-photos-eu`;
  const restorer = `arn:aws:iam::${ACCOUNT}:role/fanout-restorer-photos-eu`;
  const schedule = (account: string, arn: string) => {
    const role = WORLD.roles.find(({ path }) => path === `${reconcileStackName(SOURCE)}/ScheduleRole`)?.arn;
    return one('sts:AssumeRole', role, { 'aws:sourceaccount': account, 'aws:sourcearn': arn });
  };
  const machine = (account: string) => {
    const role = WORLD.roles.find(({ path }) => path.endsWith('/LongCopyRole'))?.arn;
    return one('sts:AssumeRole', role, { 'aws:sourceaccount': account, 'aws:sourcearn': undefined });
  };
  const OTHER = '999999999999';
  const group = (account: string) => `arn:aws:scheduler:us-east-1:${account}:schedule-group/default`;

  const attacks: readonly (readonly [what: string, call: Pick<Call, 'by' | 'needs'>])[] = [
    ['another bucket publishes to the topic', { by: 's3.amazonaws.com', needs: publish(ACCOUNT, 'another') }],
    ['the bucket’s name in another account does', { by: 's3.amazonaws.com', needs: publish(OTHER, SOURCE) }],
    ['another service does', { by: 'events.amazonaws.com', needs: publish(ACCOUNT, SOURCE) }],
    ['SNS sends to the inbox for another topic', { by: 'sns.amazonaws.com', needs: send(`${topic}-other`) }],
    [
      'for the topic’s name in another account',
      { by: 'sns.amazonaws.com', needs: send(topic.replace(ACCOUNT, OTHER)) },
    ],
    ['another service sends to the inbox', { by: 's3.amazonaws.com', needs: send(topic) }],
    [
      'somebody of another account sends to the inbox',
      { by: `arn:aws:iam::${OTHER}:role/admin`, needs: one('sqs:SendMessage', inbox) },
    ],
    [
      'an administrator takes the observer role',
      { by: `arn:aws:iam::${ACCOUNT}:role/admin`, needs: one('sts:AssumeRole', observer) },
    ],
    [
      'the reconcile role’s name in another account does',
      { by: `arn:aws:iam::${OTHER}:role/www_photos_example-reconcile`, needs: one('sts:AssumeRole', observer) },
    ],
    [
      'the restore takes the observer role',
      { by: `arn:aws:iam::${ACCOUNT}:role/www_photos_example-restore`, needs: one('sts:AssumeRole', observer) },
    ],
    [
      'an administrator takes the restorer role',
      { by: `arn:aws:iam::${ACCOUNT}:role/admin`, needs: one('sts:AssumeRole', restorer) },
    ],
    [
      'the reconcile takes the restorer role',
      { by: `arn:aws:iam::${ACCOUNT}:role/www_photos_example-reconcile`, needs: one('sts:AssumeRole', restorer) },
    ],
    [
      'Scheduler takes the role for another account',
      { by: 'scheduler.amazonaws.com', needs: schedule(OTHER, group(OTHER)) },
    ],
    [
      'Scheduler takes it for another group',
      { by: 'scheduler.amazonaws.com', needs: schedule(ACCOUNT, group(ACCOUNT).replace('default', 'another')) },
    ],
    ['Step Functions takes a role for another account', { by: 'states.amazonaws.com', needs: machine(OTHER) }],
  ];

  it.each(attacks)('%s', (what, call) => {
    // Whoever it is may do everything as far as his own policies go: ours refuse him.
    const world = { ...WORLD, roles: [...WORLD.roles.filter(({ arn }) => arn !== call.by), admin(call.by)] };
    expect(refusals(world, { ...call, sends: what })).toHaveLength(1);
  });

  it('the canary takes no observer role where there is none', () => {
    const world = worldOf({ replicators: [{ ...SMALL.replicators[0], canary: false }] });
    const by = `arn:aws:iam::${ACCOUNT}:role/photos-canary`;
    const call = { by, sends: 'AssumeRole', needs: one('sts:AssumeRole', observer) };
    expect(refusals({ ...world, roles: [...world.roles, admin(by)] }, call)).toHaveLength(1);
  });
});

const EVERYTHING = readPolicy({ Statement: { Sid: 'All', Effect: 'Allow', Action: '*', Resource: '*' } });

function admin(arn: string): World['roles'][number] {
  return { arn, path: arn, statements: EVERYTHING, trust: [] };
}

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
