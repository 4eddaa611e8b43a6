import { expect, it } from 'vitest';
import { SMALL } from '../../infra/synthesize.ts';
import { unusedGrants } from './unused-grants.ts';
import { worldOf } from './world.ts';

const worlds = [worldOf(SMALL)];
const allowed = (role: string, action: string) => ({ role, action, resource: '*', decision: 'Allow' });
const has = (role: string, action: string) => expect.objectContaining({ role, action });

it('lists what no role of a kind has used, with the reason where there is one', () => {
  const nothing = unusedGrants(worlds, []);
  expect(nothing).toContainEqual({ role: 'ReplicateRole', action: 's3:GetObject', reason: undefined });
  expect(nothing).toContainEqual(
    expect.objectContaining({ role: 'RunsRole', reason: 'the emulator takes no role for it' }),
  );
});

it.each([
  ['fanout-destination-photos-eu-ReplicateRole3D09BE73-735F439BE7B38', 'ReplicateRole', 's3:GetObject'],
  [
    'fanout-source-photos-NotificationChangeRole0DADDA2E3AAE1738EB430',
    'NotificationChangeRole',
    's3:PutBucketNotification',
  ],
  ['fanout-destination-photos-eu-BackfillStartRoleF01CB96F94025D1552', 'BackfillStartRole', 'states:StartExecution'],
  ['fanout-observer-photos-eu', 'Observer', 's3:ListBucket'],
  ['photos-reconcile', 'ReconcileRole', 's3:PutObject'],
])('a role called %s is a %s', (name, kind, action) => {
  expect(unusedGrants(worlds, [])).toContainEqual(has(kind, action));
  expect(unusedGrants(worlds, [allowed(name, action)])).not.toContainEqual(has(kind, action));
});

it('what was denied was not used', () => {
  const denied = { ...allowed('fanout-observer-photos-eu', 's3:ListBucket'), decision: 'ImplicitDeny' };
  expect(unusedGrants(worlds, [denied])).toContainEqual(has('Observer', 's3:ListBucket'));
});
