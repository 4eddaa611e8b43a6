import { unread } from '../found.ts';
import type { Found } from '../found.ts';
import { known } from '../reading.ts';
import type { BucketFacts, Denial, Key } from './bucket-facts.ts';

/** What is the matter with the buckets themselves, and with their keys. */
export function aboutBuckets(buckets: readonly BucketFacts[]): readonly Found[] {
  return buckets.flatMap((one) => {
    const { bucket: about, state, keys } = one;
    return [
      ...unread(about, 'the bucket', state, 's3:ListBucket, s3:GetBucketVersioning, s3:GetBucketPolicy'),
      ...unread(about, 'its KMS keys', keys, 's3:GetEncryptionConfiguration, kms:DescribeKey'),
      ...aboutState(one),
      ...(known(keys)?.flatMap((key) => aboutKey(one, key)) ?? []),
    ];
  });
}

function aboutState({ bucket: about, is, state }: BucketFacts): readonly Found[] {
  const read = known(state);
  if (read === undefined) return [];
  if (read.gone)
    return [
      {
        kind: 'gone',
        about,
        what: 'there is no such bucket',
        remedy: 'See "A bucket that is gone" in docs/RUNBOOK.md.',
      },
    ];
  const found: Found[] = read.denials.map((denial) => aboutDenial(about, denial));
  if (read.elsewhere !== undefined)
    found.push({
      kind: 'gone',
      about,
      what: `the bucket is in ${read.elsewhere}, and not where the configuration says: somebody has made it again elsewhere`,
      remedy: 'See "A bucket that is gone" in docs/RUNBOOK.md.',
    });
  if (is === 'destination' && !read.keepsVersions)
    found.push({
      kind: 'notice',
      about,
      what: 'the bucket keeps no versions: what is overwritten is lost, and no earlier moment can be restored from it',
      remedy: `aws s3api put-bucket-versioning --bucket ${about} --versioning-configuration Status=Enabled`,
    });
  return found;
}

function aboutDenial(about: string, { sid, actions, conditional }: Denial): Found {
  const what = `the bucket's policy denies ${actions.join(', ')}`;
  if (conditional)
    return {
      kind: 'notice',
      about,
      what: `${what} under a condition that status does not weigh (statement ${sid})`,
      remedy:
        'Nothing, as long as runs of the reconcile and rehearsals succeed; else see "Failures" in docs/RUNBOOK.md.',
    };
  return {
    kind: 'stopped',
    about,
    what: `${what} to everybody, our roles among them (statement ${sid})`,
    remedy: 'Take the statement out of the policy, or leave the roles of the stacks out of it; then npm run reconcile.',
  };
}

function aboutKey({ bucket: about, is }: BucketFacts, { arn, state, granted, byDefault }: Key): readonly Found[] {
  if (state !== 'Enabled')
    return [
      {
        kind: 'stopped',
        about,
        what: `the KMS key ${arn} is ${state}: what it encrypts can be neither read nor written`,
        remedy: 'See "A KMS key that is lost" in docs/RUNBOOK.md.',
      },
    ];
  if (granted || !byDefault) return [];
  const field =
    is === 'source' ? `kmsKeyArns: ['${arn}'] of the source` : `encryption: { kmsKeyArn: '${arn}' } of the destination`;
  return [
    {
      kind: 'stopped',
      about,
      what: `the bucket encrypts with the KMS key ${arn} by default, which the functions may not use: every ${is === 'source' ? 'object that it encrypts' : 'copy'} is denied`,
      remedy: `Write ${field}, deploy, then npm run retry -- --failed.`,
    },
  ];
}
