import type { OffResource } from './stack-facts.ts';

/** What brings back what somebody deleted or changed by hand. Each is described in the runbook. */
export function remedyOf(
  off: readonly OffResource[],
  { stack, region, how }: { readonly stack: string; readonly region: string; readonly how: 'gone' | 'changed' },
): string {
  const others = off.filter(({ type }) => type !== 'AWS::S3::Bucket');
  if (how === 'gone' && others.length < off.length) {
    const bucket = 'See "A bucket that is gone" in docs/RUNBOOK.md.';
    return others.length === 0
      ? bucket
      : `First the bucket: ${bucket} Then the rest: ${remedyOf(others, { stack, region, how })}`;
  }
  const onlyPolicies = off.every(({ type }) => PUT_BACK_BY_AGAIN.has(type));
  if (onlyPolicies)
    return `npx cdk deploy ${stack} -c again=$(date +%s). See "What somebody has deleted or changed by hand" in docs/RUNBOOK.md.`;
  return `npx cdk deploy ${stack} --revert-drift. See "What somebody has deleted or changed by hand" in docs/RUNBOOK.md.`;
}

/** CloudFormation sees no drift of these. */
const PUT_BACK_BY_AGAIN: ReadonlySet<string> = new Set(['AWS::SNS::TopicPolicy', 'AWS::SQS::QueuePolicy']);
