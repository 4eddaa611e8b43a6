import { DescribeKeyCommand } from '@aws-sdk/client-kms';
import {
  GetBucketEncryptionCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  HeadBucketCommand,
} from '@aws-sdk/client-s3';
import type { Replicator } from '../../../infra/config/replicator.ts';
import { parseArn } from '../../../shared/topic/arn.ts';
import { reading } from '../reading.ts';
import type { Clients } from '../stacks/clients.ts';
import { parsed, unlessGone } from '../stacks/probe.ts';
import type { BucketFacts, BucketState, Key } from './bucket-facts.ts';
import { denialsIn } from './denials.ts';

interface Wanted {
  readonly bucket: string;
  readonly region: string;
  readonly account: string;
  readonly is: BucketFacts['is'];
  /** KMS keys that the configuration names. */
  readonly named: readonly string[];
  /** The configuration says how it is encrypted. */
  readonly chosen: boolean;
}

/** What a stack does not make, and yet all rests on: the buckets themselves, and the keys. */
export async function readBuckets(
  { source, destinations }: Pick<Replicator, 'source' | 'destinations'>,
  clients: Clients,
): Promise<readonly BucketFacts[]> {
  const { account } = source;
  const all: readonly Wanted[] = [
    { ...source, is: 'source', named: source.kmsKeyArns ?? [], chosen: false },
    ...destinations.map(({ bucket, region, encryption }): Wanted => {
      const named = typeof encryption === 'object' ? [encryption.kmsKeyArn] : [];
      return { bucket, region, account, is: 'destination', named, chosen: encryption !== undefined };
    }),
  ];
  return Promise.all(
    all.map(async (wanted) => {
      const [state, keys] = await Promise.all([
        reading(() => stateOf(wanted, clients)),
        reading(() => keysOf(wanted, clients)),
      ]);
      return { bucket: wanted.bucket, is: wanted.is, state, keys };
    }),
  );
}

async function stateOf({ bucket, region, account, is }: Wanted, clients: Clients): Promise<BucketState> {
  const client = clients.s3(region);
  const of = { Bucket: bucket, ExpectedBucketOwner: account };
  const head = await unlessGone(GONE, () => client.send(new HeadBucketCommand(of)));
  if (head === undefined) return { gone: true, keepsVersions: false, denials: [] };
  const [versioning, policy] = await Promise.all([
    client.send(new GetBucketVersioningCommand(of)),
    unlessGone(['NoSuchBucketPolicy'], () => client.send(new GetBucketPolicyCommand(of))),
  ]);
  const elsewhere = head.BucketRegion === undefined || head.BucketRegion === region ? undefined : head.BucketRegion;
  return {
    ...(elsewhere !== undefined && { elsewhere }),
    keepsVersions: versioning.Status === 'Enabled',
    denials: policy === undefined ? [] : denialsIn(parsed(policy.Policy), { needed: NEEDED[is], account }),
  };
}

const GONE = ['NotFound', 'NoSuchBucket'];

/** What our roles do in it, and nothing works without. */
const NEEDED: Readonly<Record<BucketFacts['is'], readonly string[]>> = {
  source: ['s3:ListBucket', 's3:GetObject', 's3:GetObjectTagging'],
  destination: ['s3:ListBucket', 's3:GetObject', 's3:GetObjectTagging', 's3:PutObject', 's3:PutObjectTagging'],
};

async function keysOf(wanted: Wanted, clients: Clients): Promise<readonly Key[]> {
  const { bucket, region, account, named, chosen } = wanted;
  const encryption = await unlessGone([...GONE, 'ServerSideEncryptionConfigurationNotFoundError'], () =>
    clients.s3(region).send(new GetBucketEncryptionCommand({ Bucket: bucket, ExpectedBucketOwner: account })),
  );
  const rules = encryption?.ServerSideEncryptionConfiguration?.Rules ?? [];
  const byDefault = rules.flatMap(({ ApplyServerSideEncryptionByDefault: by }) => by?.KMSMasterKeyID ?? []);
  const looked = await Promise.all(
    [...new Set([...named, ...byDefault])].map((id) =>
      keyOf(id, { region, clients, byDefault: byDefault.includes(id) }),
    ),
  );
  const ours = new Set(looked.filter(({ id }) => named.includes(id)).map(({ key }) => key.arn));
  // What the configuration chooses is taken whatever the bucket's default.
  return looked
    .filter(({ id }) => named.includes(id) || !chosen)
    .map(({ key, byAws }) => ({ ...key, granted: byAws || ours.has(key.arn) }));
}

async function keyOf(
  id: string,
  { region, clients, byDefault }: { readonly region: string; readonly clients: Clients; readonly byDefault: boolean },
) {
  const client = clients.kms(parseArn(id)?.region ?? region);
  const answer = await unlessGone(['NotFoundException'], () => client.send(new DescribeKeyCommand({ KeyId: id })));
  const { Arn: arn = id, KeyState: state = 'NotFound', KeyManager } = answer?.KeyMetadata ?? {};
  return { id, key: { arn, state, byDefault }, byAws: KeyManager === 'AWS' };
}
