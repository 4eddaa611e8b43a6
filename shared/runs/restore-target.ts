/**
 * Where restores may write: into the source; into buckets that a restore has made; into buckets whose owner has marked them. Said once for the role of restores,
 * for the sessions of its runs, for the function that checks it, and for the command that tells how to mark one.
 */

/** The tag of a bucket into which restores may write; its value is the source whose restores may. A restore gives it to the buckets that it makes. */
export const TARGET_TAG = 'fanout-restore-target';

/** The tag of a bucket that a restore has made: which one. */
export const MADE_BY_TAG = 'fanout-restore-token';

/** How the names of buckets begin that restores make: of no others can their role change a setting. */
export const MADE_PREFIX = 'restored-';

/**
 * How the names of buckets begin, or look, that no restore writes to, whatever their tags say: what others deploy and run from, and what tells who did what. These
 * are the names that AWS itself gives: the CDK, CloudFormation, CodePipeline, Elastic Beanstalk, CloudTrail, Control Tower and Config.
 */
export const NEVER_TARGETS: readonly string[] = [
  'cdk-*',
  'cdktoolkit-*',
  'cf-templates-*',
  'codepipeline-*',
  'elasticbeanstalk-*',
  'aws-*',
  'config-bucket-*',
  // The reports of this project, with what its runs tell each other: CloudFormation shortens the name of the stack, never this one, to which the CDK adds a hash of where the
  // bucket is in its stack. Without that hash, the scratch bucket of rehearsals of a source "my-reports" would look the same.
  'fanout-re*-reports65402a0a-*',
];

export function isNeverTarget(bucket: string): boolean {
  return NEVER_TARGETS.some((pattern) => isCalled(bucket, pattern));
}

/** @param pattern with `*` for any characters, as IAM has it. */
export function isCalled(bucket: string, pattern: string): boolean {
  return new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(bucket);
}

/** The commands by which the owner of a bucket lets restores of a source write to it. The first adds a tag, and leaves others; by the second IAM sees it. */
export function markCommands(
  { bucket, region, account }: { readonly bucket: string; readonly region: string; readonly account: string },
  { source, partition = 'aws' }: { readonly source: string; readonly partition?: string },
): readonly string[] {
  return [
    `aws s3control tag-resource --region ${region} --account-id ${account} --resource-arn arn:${partition}:s3:::${bucket} --tags Key=${TARGET_TAG},Value=${source}`,
    `aws s3api put-bucket-abac --region ${region} --bucket ${bucket} --abac-status Status=Enabled`,
  ];
}
