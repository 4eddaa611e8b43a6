import { expect, it } from 'vitest';
import { aboutBuckets } from '../../../cli/status/buckets/about-buckets.ts';
import { readBuckets } from '../../../cli/status/buckets/read-buckets.ts';
import { clientsOf } from '../../../cli/status/stacks/clients.ts';
import { parseConfiguration } from '../../../infra/config/parse-configuration.ts';
import { ACCOUNT } from '../../infra/synthesize.ts';
import { answerFrom } from '../../support/fake-aws/fake-aws.ts';
import type { FakeState, Made } from '../../support/fake-aws/state.ts';
import { EXISTING } from './existing.config.ts';

/** Buckets that no stack has made: what of them is missing or against us is found all the same. */
const KEY = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/1`;

async function foundOf(change: (destination: Made, state: FakeState) => void, keys: Record<string, string> = {}) {
  const state: FakeState = { account: ACCOUNT, stacks: new Map(), resources: new Set() };
  const [source, destination] = [bucket('photos', 'us-east-1'), bucket('photos-eu', 'eu-west-1')];
  state.resources.add(source).add(destination);
  change(destination, state);
  answerFrom({ state, files: new Map(), keys: new Map(Object.entries(keys)) });
  const [replicator] = parseConfiguration(EXISTING, { account: ACCOUNT });
  if (replicator === undefined) throw new Error('There is no replicator');
  return aboutBuckets(await readBuckets(replicator, clientsOf())).map(({ kind, about }) => `${kind} ${about}`);
}

function bucket(id: string, region: string): Made {
  const properties = { VersioningConfiguration: { Status: 'Enabled' } };
  const resource = {
    logicalId: id,
    type: 'AWS::S3::Bucket',
    id,
    properties,
    region,
    account: ACCOUNT,
    updatedAt: undefined,
  };
  return { stack: '', region, logicalId: id, type: 'AWS::S3::Bucket', id, properties, resource };
}

function encrypted({ properties }: Made): void {
  const by = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: KEY };
  properties['BucketEncryption'] = { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: by }] };
}

it('is fine as it is', async () => {
  expect(await foundOf(() => {})).toEqual([]);
});

it.each<[string, (destination: Made, state: FakeState) => void, string]>([
  ['deleted', (it, { resources }) => void resources.delete(it), 'gone photos-eu'],
  ['made again elsewhere', ({ properties }) => void (properties['Region'] = 'sa-east-1'), 'gone photos-eu'],
  ['without versions', ({ properties }) => void delete properties['VersioningConfiguration'], 'notice photos-eu'],
  ['encrypted with a key that is not in the configuration', encrypted, 'stopped photos-eu'],
  [
    'closed by its policy',
    (it, { resources }) => {
      const Statement = [{ Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: '*' }];
      const properties = { Bucket: it.id, PolicyDocument: { Statement } };
      resources.add({ ...it, type: 'AWS::S3::BucketPolicy', properties });
    },
    'stopped photos-eu',
  ],
])('one that is %s is told of', async (_, change, expected) => {
  expect(await foundOf(change)).toEqual([expected]);
});

it('a key that was switched off is told of', async () => {
  expect(await foundOf(encrypted, { [KEY]: 'Disabled' })).toEqual(['stopped photos-eu']);
});
