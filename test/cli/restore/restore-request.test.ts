import { describe, expect, it } from 'vitest';
import { requestOf } from '../../../cli/restore/restore-request.ts';
import type { RestoreOptions } from '../../../cli/restore/restore-request.ts';
import { parseConfiguration } from '../../../infra/config/parse-configuration.ts';
import { objectKey } from '../../../shared/objects/object-key.ts';

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/k';
const NEAR_KEY = 'arn:aws:kms:us-east-1:111122223333:key/k';
const all = parseConfiguration(
  {
    replicators: [
      {
        source: { bucket: 'photos', region: 'us-east-1' },
        destinations: [
          { bucket: 'photos-eu', region: 'eu-west-1' },
          { bucket: 'photos-dr', region: 'us-west-2' },
          { bucket: 'secret-eu', region: 'eu-west-1', encryption: { kmsKeyArn: KEY } },
          { bucket: 'secret-near', region: 'us-east-1', encryption: { kmsKeyArn: NEAR_KEY } },
        ],
      },
      {
        source: { bucket: 'films', region: 'us-east-1' },
        destinations: [{ bucket: 'films-dr', region: 'us-west-2' }],
      },
    ],
  },
  { account: '111122223333' },
);

const NOW = Date.parse('2026-11-21T10:00:00Z');
const key = objectKey('a/b');

function ask(options: Partial<RestoreOptions>) {
  const [replicator] = all;
  if (replicator === undefined) throw new Error('There is one');
  const defaults = { config: 'c', existing: 'skip', encryption: 'as-is', tier: 'standard', from: 'photos-eu' } as const;
  return requestOf(
    { ...defaults, ...options },
    { replicator, all, token: options.token ?? 't', keyFiles: ['"a"\n', '"b"\n', '"c"\n'], now: NOW },
  );
}

describe('what is asked for', () => {
  it.each<[Partial<RestoreOptions>, object]>([
    [{ to: 'b-b' }, { to: { bucket: 'b-b' }, select: {}, existing: 'skip', dryRun: false, undelete: false }],
    [{ toSource: true }, { to: { bucket: 'photos' } }],
    [{ newBucket: 'restored-n' }, { to: { bucket: 'restored-n', create: true } }],
    [{ to: 'b-b', prefix: 'a/' }, { select: { prefix: 'a/' } }],
    [
      { to: 'b-b', key, version: 'v1' },
      { select: { key: 'a/b' }, version: 'v1' },
    ],
    [{ to: 'b-b', keysFile: 'f' }, { select: { keyFiles: 3 } }],
    [{ to: 'b-b', at: '2026-11-21T10:00:00+01:00' }, { at: '2026-11-21T09:00:00.000Z' }],
    [{ to: 'b-b', at: '2026-11-21T09:00Z' }, { at: '2026-11-21T09:00:00.000Z' }],
    [{ to: 'b-b', encryption: 'sse-kms', kmsKey: 'arn:k' }, { encryption: { as: 'sse-kms', kmsKeyArn: 'arn:k' } }],
    [
      { to: 'b-b', storageClass: 'GLACIER_IR', tier: 'bulk' },
      { storageClass: 'GLACIER_IR', tier: 'bulk' },
    ],
  ])('%j', (options, expected) => {
    expect(ask(options)).toMatchObject({
      from: { bucket: 'photos-eu', region: 'eu-west-1', account: '111122223333' },
      ...expected,
    });
  });
});

describe('what cannot be done', () => {
  it.each<[Partial<RestoreOptions>, RegExp]>([
    [{}, /--to <bucket>, --to-source, or --new-bucket/],
    [{ to: 'b-b', toSource: true }, /one of them/],
    [{ to: 'photos-eu' }, /into itself/],
    [{ to: 'photos-dr' }, /"photos-dr" is a destination.*--to-source/],
    [{ newBucket: 'photos-dr' }, /is a destination/],
    [{ newBucket: 'rescue' }, /write --new-bucket restored-rescue/],
    [{ to: 'films-dr' }, /is a destination/],
    [{ to: 'b-b', from: 'photos-us' }, /which destination/],
    [{ to: 'b-b', prefix: 'a', key }, /one of them/],
    [{ to: 'b-b', version: 'v' }, /--version goes with --key/],
    [{ to: 'b-b', key, version: 'v', at: '2026-11-21T09:00:00Z' }, /not both/],
    [{ to: 'b-b', at: '2026-11-21T09:00:00' }, /with its zone/],
    [{ to: 'b-b', at: 'yesterday' }, /with its zone/],
    [{ to: 'b-b', at: '2026-02-31T99:00:00Z' }, /with its zone/],
    [{ to: 'b-b', at: '2026-02-30T09:00:00Z' }, /with its zone/],
    [{ to: 'b-b', at: '2026-11-21T10:00:01Z' }, /future/],
    [{ to: 'b-b', kmsKey: 'arn:k' }, /goes with --encryption sse-kms/],
    [{ to: 'b-b', token: 'a token' }, /A token has/],
    [{ to: 'Not_A_Bucket' }, /to\.bucket/],
  ])('%j', (options, message) => {
    expect(() => ask(options)).toThrow(message);
    expect(() => ask(options)).toThrow(expect.objectContaining({ exitCode: 2 }));
  });
});

describe('a destination that KMS encrypts', () => {
  it.each<[Partial<RestoreOptions>]>([
    [{ from: 'secret-near', toSource: true }],
    [{ from: 'secret-near', newBucket: 'restored-n' }],
    [{ from: 'secret-eu', toSource: true, encryption: 'sse-s3' }],
    [{ from: 'secret-eu', newBucket: 'restored-n', encryption: 'sse-kms', kmsKey: NEAR_KEY }],
    // Of this bucket the configuration says nothing.
    [{ from: 'secret-eu', to: 'b-b' }],
  ])('may give back %j', (options) => {
    expect(ask(options)).toMatchObject({ from: { bucket: options.from } });
  });

  it.each<[Partial<RestoreOptions>]>([
    [{ from: 'secret-eu', toSource: true }],
    [{ from: 'secret-eu', newBucket: 'restored-n' }],
    [{ from: 'secret-eu', to: 'films' }],
  ])('cannot give back %j as it is: its key is in another Region', (options) => {
    expect(() => ask(options)).toThrow(
      /key is in eu-west-1, the bucket in us-east-1.*--encryption sse-s3.*--kms-key <a key in us-east-1>/,
    );
    expect(() => ask(options)).toThrow(expect.objectContaining({ exitCode: 2 }));
  });
});
