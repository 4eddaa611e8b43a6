import { describe, expect, it } from 'vitest';
import { s3Expiry } from '../../../shared/s3/s3-expiry.ts';
import { REPLICA_OWNER, startWorld } from '../../support/s3-simulator/test-world.ts';
import type { World } from '../../support/s3-simulator/test-world.ts';

const rule = (inner: string, status = 'Enabled') => `<Rule><ID>r</ID>${inner}<Status>${status}</Status></Rule>`;
const days = (number: number) => `<Expiration><Days>${number}</Days></Expiration>`;
const TAG = '<Tag><Key>kind</Key><Value>log</Value></Tag>';

async function expiryOf(lifecycle?: string) {
  const world = await startWorld({ replica: { ...(lifecycle !== undefined && { lifecycle }) } });
  return s3Expiry(access(world));
}

function access({ client }: World) {
  return { name: 'replica', owner: REPLICA_OWNER, client, signal: new AbortController().signal };
}

describe('the lifecycle of a bucket, as far as it expires current objects', () => {
  const none = { largerThan: undefined, smallerThan: undefined };

  it.each<[name: string, lifecycle: string | undefined, rules: readonly object[]]>([
    ['there is none', undefined, []],
    ['all objects', rule(`<Filter/>${days(30)}`), [{ prefix: '', after: { days: 30 }, ...none }]],
    [
      'a prefix',
      rule(`<Filter><Prefix>logs/</Prefix></Filter>${days(7)}`),
      [{ prefix: 'logs/', after: { days: 7 }, ...none }],
    ],
    [
      'a prefix, as rules were written once',
      rule(`<Prefix>old/</Prefix>${days(7)}`),
      [{ prefix: 'old/', after: { days: 7 }, ...none }],
    ],
    [
      'a prefix and sizes',
      rule(
        `<Filter><And><Prefix>a</Prefix><ObjectSizeGreaterThan>5</ObjectSizeGreaterThan><ObjectSizeLessThan>9</ObjectSizeLessThan></And></Filter>${days(1)}`,
      ),
      [{ prefix: 'a', after: { days: 1 }, largerThan: 5, smallerThan: 9 }],
    ],
    [
      'a date',
      rule('<Filter/><Expiration><Date>2026-11-01T00:00:00.000Z</Date></Expiration>'),
      [{ prefix: '', after: { date: new Date('2026-11-01T00:00:00Z') }, ...none }],
    ],
    ['a rule that is switched off', rule(`<Filter/>${days(30)}`, 'Disabled'), []],
    [
      'rules about other things',
      [
        rule('<Filter/><Transition><Days>30</Days><StorageClass>GLACIER</StorageClass></Transition>'),
        rule('<Filter/><NoncurrentVersionExpiration><NoncurrentDays>3</NoncurrentDays></NoncurrentVersionExpiration>'),
        rule('<Filter/><Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>'),
      ].join(''),
      [],
    ],
  ])('%s', async (_name, lifecycle, rules) => {
    expect(await expiryOf(lifecycle)).toEqual({ rules, leftOut: [] });
  });

  it.each([
    ['a tag', `<Filter>${TAG}</Filter>`],
    ['a tag among others', `<Filter><And><Prefix>a</Prefix>${TAG}</And></Filter>`],
  ])('without what goes by %s, which it says', async (_name, filter) => {
    const { rules, leftOut } = await expiryOf(rule(`${filter}${days(30)}`) + rule(`<Filter/>${days(90)}`));
    expect(rules).toMatchObject([{ after: { days: 90 } }]);
    expect(leftOut).toEqual(['The lifecycle rule "r" goes by tags, and is not known']);
  });

  it('is empty where it must not be read', async () => {
    const world = await startWorld({ replica: { lifecycle: rule(`<Filter/>${days(30)}`) } });
    world.simulator.faults.add({ match: { operation: 'GetBucketLifecycleConfiguration' }, fault: '403 AccessDenied' });
    const { rules, leftOut } = await s3Expiry(access(world));
    expect(rules).toEqual([]);
    expect(leftOut).toEqual([expect.stringContaining('Cannot read the lifecycle of "replica"')]);
  });

  it.each(['500 InternalError', '503 SlowDown'] as const)('is not known where S3 answers %s', async (fault) => {
    const world = await startWorld({ replica: { lifecycle: rule(`<Filter/>${days(30)}`) } });
    world.simulator.faults.add({ match: { operation: 'GetBucketLifecycleConfiguration' }, fault });
    await expect(s3Expiry(access(world))).rejects.toThrow('Cannot read the lifecycle of "replica"');
  });
});
