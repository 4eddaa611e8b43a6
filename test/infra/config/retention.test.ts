import { describe, expect, it } from 'vitest';
import { parseConfiguration } from '../../../infra/config/parse-configuration.ts';
import type { Configuration, DestinationConfiguration, RetentionConfiguration } from '../../../infra/config/config.ts';
import { ConfigurationError } from '../../../infra/config/configuration-error.ts';
import { functionOf, grantsOf, only } from '../queries.ts';
import { resourcesOf, templatesOf } from '../synthesize.ts';

const ACCOUNT = '123456789012';
const EU = { bucket: 'photos-eu', region: 'eu-west-1' };

function configuration(destination: object): { readonly replicators: readonly object[] } {
  return {
    replicators: [{ source: { bucket: 'photos', region: 'us-east-1' }, destinations: [{ ...EU, ...destination }] }],
  };
}

function retentionOf(destination: Partial<DestinationConfiguration>) {
  return parseConfiguration(configuration(destination), { account: ACCOUNT })[0]?.destinations[0]?.retention;
}

function problemsOf(destination: object): string {
  try {
    parseConfiguration(configuration(destination), { account: ACCOUNT });
    return 'none';
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
}

describe('the defaults of the retention', () => {
  type Days = number | false;
  it.each<[is: string, given: Partial<DestinationConfiguration>, standardIa: Days, glacier: Days]>([
    ['nothing is written', {}, 30, 90],
    ['the class is the first one', { storageClass: 'STANDARD' }, 30, 90],
    ['replicas are in Standard-IA already', { storageClass: 'STANDARD_IA' }, false, 90],
    ['replicas are in One Zone-IA already', { storageClass: 'ONEZONE_IA' }, false, 90],
    ['S3 chooses the class', { storageClass: 'INTELLIGENT_TIERING' }, false, false],
    ['replicas are to be read at once', { storageClass: 'GLACIER_IR' }, false, false],
    ['replicas are in Glacier already', { storageClass: 'GLACIER' }, false, false],
    ['replicas are deeper already', { storageClass: 'DEEP_ARCHIVE' }, false, false],
    ['Standard-IA comes late', { retention: { standardIaAfterDays: 100 } }, 100, 130],
    ['Standard-IA is left out', { retention: { standardIaAfterDays: false } }, false, 90],
    ['Glacier comes early', { retention: { glacierAfterDays: 7 } }, false, 7],
    ['Glacier is left out', { retention: { glacierAfterDays: false } }, 30, false],
    ['replicas expire late', { retention: { expireAfterDays: 180 } }, 30, 90],
    ['replicas expire before Glacier is worth it', { retention: { expireAfterDays: 179 } }, 30, false],
    ['replicas expire before Standard-IA is worth it', { retention: { expireAfterDays: 59 } }, false, false],
  ])('where %s', (_is, given, standardIaAfterDays, glacierAfterDays) => {
    expect(retentionOf(given)).toMatchObject({ standardIaAfterDays, glacierAfterDays });
  });

  it('keep noncurrent versions as long as they are locked', () => {
    const locked = { objectLock: { mode: 'COMPLIANCE', days: 2555 } } as const;
    expect(retentionOf({ retention: locked })).toMatchObject({ expireNoncurrentAfterDays: 2555 });
  });

  it('are none for a bucket that exists', () => {
    expect(retentionOf({ existing: true })).toBeUndefined();
  });
});

describe('a retention that cannot be', () => {
  it.each<[retention: RetentionConfiguration | object, field: string, message: string, more?: object]>([
    [{ standardIaAfterDays: 29 }, 'standardIaAfterDays is 29', 'write at least 30, or false'],
    [{ standardIaAfterDays: 0 }, 'standardIaAfterDays is 0', 'write a whole number of days from 1 to 36500, or false'],
    [
      { standardIaAfterDays: 60, glacierAfterDays: 60 },
      'glacierAfterDays is 60',
      'replicas move to Standard-IA after 60 days and stay there for 30 at least; write at least 90, or standardIaAfterDays: false',
    ],
    [{ standardIaAfterDays: 60, glacierAfterDays: 30 }, 'glacierAfterDays is 30', 'write at least 90'],
    [{ standardIaAfterDays: 5, glacierAfterDays: 20 }, 'standardIaAfterDays is 5', 'write at least 30, or false'],
    [
      { standardIaAfterDays: 5, glacierAfterDays: 20 },
      'glacierAfterDays is 20',
      'replicas move to Standard-IA after 30 days and stay there for 30 at least; write at least 60, or standardIaAfterDays: false',
    ],
    [
      { standardIaAfterDays: 5, glacierAfterDays: 20, expireAfterDays: 100 },
      'expireAfterDays is 100',
      'replicas move to GLACIER after 60 days, which is billed for 90 days at least; write at least 150, or glacierAfterDays: false',
    ],
    [
      { standardIaAfterDays: 30 },
      'standardIaAfterDays is 30',
      'replicas are written as GLACIER_IR (storageClass), from which none moves to Standard-IA; write false',
      { storageClass: 'GLACIER_IR' },
    ],
    [
      { glacierAfterDays: 90 },
      'glacierAfterDays is 90',
      'replicas are written as DEEP_ARCHIVE (storageClass), from which none moves to Glacier Flexible Retrieval; write false',
      { storageClass: 'DEEP_ARCHIVE' },
    ],
    [
      { glacierAfterDays: 30 },
      'glacierAfterDays is 30',
      'replicas are written as GLACIER_IR (storageClass), which is billed for 90 days at least; write at least 90',
      { storageClass: 'GLACIER_IR' },
    ],
    [
      { glacierAfterDays: 90, expireAfterDays: 100 },
      'expireAfterDays is 100',
      'replicas move to GLACIER after 90 days, which is billed for 90 days at least; write at least 180, or glacierAfterDays: false',
    ],
    [
      { standardIaAfterDays: 30, expireAfterDays: 30 },
      'expireAfterDays is 30',
      'replicas move to STANDARD_IA after 30 days, which is billed for 30 days at least; write at least 60, or standardIaAfterDays: false',
    ],
    [
      { expireAfterDays: 100 },
      'expireAfterDays is 100',
      'replicas are written as DEEP_ARCHIVE (storageClass), which is billed for 180 days at least; write at least 180',
      { storageClass: 'DEEP_ARCHIVE' },
    ],
    [
      { expireAfterDays: 30, objectLock: { mode: 'GOVERNANCE', days: 31 } },
      'objectLock.days is 31',
      'replicas expire after 30 days (expireAfterDays), while they would still be locked; write at most 30, or more there',
    ],
    [
      { expireNoncurrentAfterDays: 30, objectLock: { mode: 'COMPLIANCE', days: 31 } },
      'objectLock.days is 31',
      'noncurrent versions expire after 30 days (expireNoncurrentAfterDays)',
    ],
    [
      { objectLock: { mode: 'FOREVER', days: 1 } },
      'objectLock.mode is "FOREVER"',
      'write one of GOVERNANCE, COMPLIANCE',
    ],
    [{ objectLock: { mode: 'GOVERNANCE' } }, 'objectLock.days is missing', 'write a whole number from 1 to 36500'],
    [{ expire: 3 }, 'expire is 3', 'unknown field; known here are standardIaAfterDays, glacierAfterDays'],
  ])('%j: %s', (retention, field, message, more = {}) => {
    const problems = problemsOf({ retention, ...more });
    expect(problems).toContain(`replicators[0].destinations[0].retention.${field}: `);
    expect(problems).toContain(message);
  });

  it('is one of a bucket that exists', () => {
    expect(problemsOf({ existing: true, retention: {} })).toContain(
      'destinations[0].retention is {}: the bucket exists, and its own lifecycle and Object Lock stay as they are',
    );
  });
});

describe('a bucket that is created', () => {
  it('has the rules that are written, and a lock', () => {
    const retention = {
      standardIaAfterDays: 45,
      glacierAfterDays: 120,
      expireAfterDays: 400,
      expireNoncurrentAfterDays: 60,
      abortUploadsAfterDays: 14,
      objectLock: { mode: 'GOVERNANCE', days: 30 },
    } as const;
    const bucket = only(destination({ retention }), 'AWS::S3::Bucket');
    const Status = 'Enabled';
    expect(bucket.LifecycleConfiguration).toEqual({
      Rules: [
        { Id: 'abort-stale-uploads', Status, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 14 } },
        {
          Id: 'move-to-colder-classes',
          Status,
          Transitions: [
            { StorageClass: 'STANDARD_IA', TransitionInDays: 45 },
            { StorageClass: 'GLACIER', TransitionInDays: 120 },
          ],
        },
        { Id: 'expire-replicas', Status, ExpirationInDays: 400 },
        { Id: 'expire-noncurrent-versions', Status, NoncurrentVersionExpiration: { NoncurrentDays: 60 } },
        { Id: 'remove-delete-markers', Status, ExpiredObjectDeleteMarker: true },
      ],
    });
    expect(bucket).toMatchObject({
      ObjectLockEnabled: true,
      ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 30 } } },
    });
  });

  it('has no rules and no lock where all is switched off', () => {
    const retention = {
      standardIaAfterDays: false,
      glacierAfterDays: false,
      expireAfterDays: false,
      expireNoncurrentAfterDays: false,
      removeDeleteMarkers: false,
      abortUploadsAfterDays: false,
      objectLock: false,
    } as const;
    const bucket = only(destination({ retention }), 'AWS::S3::Bucket');
    expect(bucket.LifecycleConfiguration).toBeUndefined();
    expect(bucket.ObjectLockEnabled).toBeUndefined();
  });
});

describe('the function of a destination', () => {
  it.each<[where: string, given: Partial<DestinationConfiguration>, asks: boolean]>([
    ['nothing expires', {}, false],
    ['replicas expire', { retention: { expireAfterDays: 400 } }, true],
    ['the bucket exists, with rules that nobody knows', { existing: true }, true],
  ])('asks for the lifecycle of its bucket, and may: where %s, %s', (_where, given, asks) => {
    const resources = destination(given);
    const { REPLICAS_MAY_EXPIRE } = functionOf(resources, 'photos-eu').Environment.Variables;
    expect(REPLICAS_MAY_EXPIRE).toBe(asks ? 'yes' : undefined);
    const may = grantsOf(resources, 'ReplicateRole').filter(({ actions }) =>
      actions.includes('s3:GetLifecycleConfiguration'),
    );
    expect(may.map(({ resource }) => resource)).toEqual(asks ? ['arn:aws:s3:::photos-eu'] : []);
  });

  it.each<[string, Partial<DestinationConfiguration>]>([
    ['created', { retention: { expireAfterDays: 400 } }],
    ['there before', { existing: true }],
  ])('may write no lifecycle of a bucket that is %s', (_is, given) => {
    // That of restores may, of buckets that they make.
    const others = destination(given).filter(({ id }) => !id.startsWith('Restorer'));
    const actions = grantsOf(others, '').flatMap(({ actions }) => actions);
    expect(actions.filter((action) => /Put(Lifecycle|ObjectLock|BucketObjectLock)/.test(action))).toEqual([]);
  });
});

function destination(given: Partial<DestinationConfiguration>) {
  const whole: Configuration = {
    replicators: [{ source: { bucket: 'photos', region: 'us-east-1' }, destinations: [{ ...EU, ...given }] }],
  };
  const template = templatesOf(whole).get('fanout-destination-photos-eu');
  if (template === undefined) throw new Error('There is no such stack');
  return resourcesOf(template);
}
