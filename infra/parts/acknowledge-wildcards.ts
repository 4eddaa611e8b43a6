import { Stack, Validations } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';

/** Tells cdk-nag why a role may do something to whatever matches a pattern, one pattern at a time. What has no reason here is reported. */
export function acknowledgeWildcards(role: iam.Role, statements: readonly iam.PolicyStatement[]): void {
  const resources = statements.flatMap((statement) => statement.resources);
  for (const resource of new Set(resources.map((one) => asReported(Stack.of(role).resolve(one))))) {
    const reason = WILDCARDS.find(([pattern]) => pattern.test(resource))?.[1];
    if (reason === undefined) continue;
    Validations.of(role).acknowledge({ id: `AwsSolutions-IAM5[Resource::${resource}]`, reason });
  }
}

const WILDCARDS: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/^arn:[^:]+:s3:::[^*/]+\/\*$/, 'The objects of one bucket have any name'],
  [/^arn:[^:]+:s3:::\*$/, 'A restore looks whether the bucket that it goes to is there, and marked as its target'],
  [/^arn:[^:]+:s3:::\*\/\*$/, 'A restore may go to buckets whose owners have marked them by a tag, which IAM asks for'],
  [/^arn:[^:]+:s3:::restored-\*(\/\*)?$/, 'Buckets that restores make have any name that begins so'],
  [
    /^arn:[^:]+:s3:::fanout-restore-\*-scratch\*\/\*$/,
    'CloudFormation names the scratch bucket of rehearsals after its stack',
  ],
  [
    /^arn:[^:]+:kms:\*:\d+:key\/\*$/,
    'Only when S3 asks for it: which keys encrypt the restored objects is known only at the time of a restore',
  ],
  [
    /^arn:[^:]+:dynamodb:\*:\d+:table\/\*-(ledger|versions)$/,
    'A restore looks for such tables of its target, which is known only then: with them it is a destination, and refused',
  ],
  [/^<Reports[^*]+\.Arn>\/[a-z/]*\*$/, 'The reports and working files of runs have any name'],
  [/^arn:[^:]+:states:[^*]+:execution:[^*]+[:/]\*$/, 'The executions of one state machine have any name'],
  [/^arn:[^:]+:iam::\d+:role\/fanout-(observer|restorer)-\*$/, 'Each of these roles itself says whom it trusts'],
  [/^arn:[^:]+:logs:[^*]+:\*$/, 'Lambda names the log streams of the function'],
];

/** As cdk-nag writes an ARN that is known only when it is deployed: `<Bucket.Arn>/*`. */
function asReported(resolved: unknown): string {
  if (typeof resolved === 'string') return resolved;
  if (!isObject(resolved)) return '';
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = resolved;
  if (typeof Ref === 'string') return `<${Ref}>`;
  if (Array.isArray(attribute)) return `<${attribute.join('.')}>`;
  return Array.isArray(join) && Array.isArray(join[1]) ? join[1].map(asReported).join('') : '';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
