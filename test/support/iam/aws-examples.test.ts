import { describe, expect, it } from 'vitest';
import type { Context } from './conditions.ts';
import { type Caller, evaluate } from './evaluate.ts';
import { readPolicy } from './policy.ts';

/** Examples of AWS's own documentation: the evaluator decides as they say. */

const USER_GUIDE = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/';
const ACCOUNT = '111122223333';
const CARLOS: Caller = { role: `arn:aws:iam::${ACCOUNT}:role/carlossalazar`, account: ACCOUNT };

interface Example {
  readonly what: string;
  readonly identity?: object | readonly object[];
  readonly session?: object | readonly object[];
  readonly resource?: object | readonly object[];
  readonly caller?: Caller;
  readonly owner?: string;
  readonly action: string;
  readonly on: string;
  readonly context?: Context;
  readonly allowed: boolean;
}

function decisions(page: string, examples: readonly Example[]): void {
  describe(`${USER_GUIDE}${page}`, () => {
    it.each(examples)('$what', ({ identity = [], session, resource, caller = CARLOS, owner = ACCOUNT, ...asked }) => {
      const { action, on, context = {}, allowed } = asked;
      const statements = (of: object | readonly object[]) => readPolicy({ Statement: of });
      const policies = {
        identity: 'length' in identity && identity.length === 0 ? [] : statements(identity),
        session: session && statements(session),
        resource: resource && statements(resource),
      };
      expect(evaluate({ caller, action, resource: on, owner, context }, policies)).toMatchObject({ allowed });
    });
  });
}

const CARLOS_MAY = [
  {
    Sid: 'AllowS3ListRead',
    Effect: 'Allow',
    Action: ['s3:GetBucketLocation', 's3:GetAccountPublicAccessBlock', 's3:ListAccessPoints', 's3:ListAllMyBuckets'],
    Resource: 'arn:aws:s3:::*',
  },
  {
    Sid: 'AllowS3Self',
    Effect: 'Allow',
    Action: 's3:*',
    Resource: ['arn:aws:s3:::amzn-s3-demo-bucket-carlossalazar/*', 'arn:aws:s3:::amzn-s3-demo-bucket-carlossalazar'],
  },
  { Sid: 'DenyS3Logs', Effect: 'Deny', Action: 's3:*', Resource: 'arn:aws:s3:::*log*' },
];
const BUCKET_ADMITS_CARLOS = {
  Effect: 'Allow',
  Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/carlossalazar` },
  Action: 's3:*',
  Resource: ['arn:aws:s3:::amzn-s3-demo-bucket-carlossalazar/*', 'arn:aws:s3:::amzn-s3-demo-bucket-carlossalazar'],
};

decisions('reference_policies_evaluation-logic_policy-eval-basics.html', [
  {
    what: 'a file in the bucket that his own policy allows',
    identity: CARLOS_MAY,
    action: 's3:PutObject',
    on: 'arn:aws:s3:::amzn-s3-demo-bucket-carlossalazar/file',
    allowed: true,
  },
  {
    what: 'an explicit deny overrides the allow: a bucket with "log" in its name',
    identity: CARLOS_MAY,
    resource: { ...BUCKET_ADMITS_CARLOS, Resource: 'arn:aws:s3:::amzn-s3-demo-bucket-carlossalazar-logs/*' },
    action: 's3:PutObject',
    on: 'arn:aws:s3:::amzn-s3-demo-bucket-carlossalazar-logs/file',
    allowed: false,
  },
  {
    what: 'if either policy within the account allows the request and the other does not, it is allowed',
    resource: BUCKET_ADMITS_CARLOS,
    action: 's3:PutObject',
    on: 'arn:aws:s3:::amzn-s3-demo-bucket-carlossalazar/file',
    allowed: true,
  },
  {
    what: 'what no policy allows is denied',
    identity: CARLOS_MAY,
    action: 's3:PutObject',
    on: 'arn:aws:s3:::another/file',
    allowed: false,
  },
  {
    what: 'actions do not differ by case; resources do',
    identity: { Effect: 'Allow', Action: 'S3:PUTobject', Resource: 'arn:aws:s3:::bucket/File' },
    action: 's3:PutObject',
    on: 'arn:aws:s3:::bucket/file',
    allowed: false,
  },
]);

const PRODUCTION = 'arn:aws:s3:::productionapp';
const ROLE_MAY = [
  { Effect: 'Allow', Action: 's3:ListBucket', Resource: PRODUCTION },
  {
    Effect: 'Allow',
    Action: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
    Resource: `${PRODUCTION}/*`,
  },
];
const SESSION_MAY = [
  { Effect: 'Allow', Action: 's3:ListBucket', Resource: PRODUCTION },
  { Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: `${PRODUCTION}/*` },
];

decisions('id_credentials_temp_control-access_assumerole.html', [
  ...['GetObject', 'PutObject'].map((action) => ({
    what: `role and session policy allow ${action}`,
    identity: ROLE_MAY,
    session: SESSION_MAY,
    action: `s3:${action}`,
    on: `${PRODUCTION}/file`,
    allowed: true,
  })),
  {
    what: 'DeleteObject is filtered out by the session policy, though the role may',
    identity: ROLE_MAY,
    session: SESSION_MAY,
    action: 's3:DeleteObject',
    on: `${PRODUCTION}/file`,
    allowed: false,
  },
  {
    what: 'a session policy grants nothing that the role may not',
    identity: ROLE_MAY,
    session: { Effect: 'Allow', Action: 's3:*', Resource: '*' },
    action: 's3:PutObject',
    on: 'arn:aws:s3:::another/file',
    allowed: false,
  },
  {
    what: 'a resource policy that names the role is limited by the session policy',
    session: SESSION_MAY,
    resource: { ...BUCKET_ADMITS_CARLOS, Action: 's3:DeleteObject' },
    action: 's3:DeleteObject',
    on: 'arn:aws:s3:::amzn-s3-demo-bucket-carlossalazar/file',
    allowed: false,
  },
]);

const IN_BOTH = { Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws:s3:::amzn-s3-demo-bucket-production/*' };
const ADMITS_ACCOUNT = { ...IN_BOTH, Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` } };
const ELSEWHERE = {
  owner: '999999999999',
  action: 's3:PutObject',
  on: 'arn:aws:s3:::amzn-s3-demo-bucket-production/a',
};

decisions('reference_policies_evaluation-logic-cross-account.html', [
  { what: 'both accounts allow it', identity: IN_BOTH, resource: ADMITS_ACCOUNT, ...ELSEWHERE, allowed: true },
  { what: 'only the caller’s account does', identity: IN_BOTH, ...ELSEWHERE, allowed: false },
  { what: 'only the owner of the resource does', resource: ADMITS_ACCOUNT, ...ELSEWHERE, allowed: false },
  {
    what: 'the owner denies it',
    identity: IN_BOTH,
    resource: [ADMITS_ACCOUNT, { ...ADMITS_ACCOUNT, Effect: 'Deny' }],
    ...ELSEWHERE,
    allowed: false,
  },
]);

const ATTRIBUTES = 'dynamodb:requestedattributes';
const THREAD = 'arn:aws:dynamodb:us-east-1:111122223333:table/Thread';
const thread = (action: string, ...attributes: readonly string[]) => ({
  action: `dynamodb:${action}`,
  on: THREAD,
  context: { [ATTRIBUTES]: attributes.length === 0 ? undefined : attributes },
});
const ONLY_THESE = {
  Effect: 'Allow',
  Action: 'dynamodb:GetItem',
  Resource: THREAD,
  Condition: { 'ForAllValues:StringLike': { 'dynamodb:requestedAttributes': ['PostDateTime', 'Message', 'Tags'] } },
};
const NONE_OF_THESE = [
  { Effect: 'Allow', Action: 'dynamodb:PutItem', Resource: THREAD },
  {
    Effect: 'Deny',
    Action: 'dynamodb:PutItem',
    Resource: THREAD,
    Condition: { 'ForAnyValue:StringLike': { 'dynamodb:requestedAttributes': ['ID', 'PostDateTime'] } },
  },
];

decisions('reference_policies_condition-single-vs-multi-valued-context-keys.html', [
  {
    what: 'ForAllValues: all are listed',
    identity: ONLY_THESE,
    ...thread('GetItem', 'PostDateTime', 'Message'),
    allowed: true,
  },
  {
    what: 'ForAllValues: one is not',
    identity: ONLY_THESE,
    ...thread('GetItem', 'PostDateTime', 'UserName'),
    allowed: false,
  },
  { what: 'ForAllValues: true without any', identity: ONLY_THESE, ...thread('GetItem'), allowed: true },
  {
    what: 'ForAnyValue: one is listed',
    identity: NONE_OF_THESE,
    ...thread('PutItem', 'UserName', 'Message', 'PostDateTime'),
    allowed: false,
  },
  { what: 'ForAnyValue: none is', identity: NONE_OF_THESE, ...thread('PutItem', 'UserName'), allowed: true },
  { what: 'ForAnyValue: false without any', identity: NONE_OF_THESE, ...thread('PutItem'), allowed: true },
]);

const when = (Condition: object) => ({ Effect: 'Allow', Action: 'sns:Publish', Resource: '*', Condition });
const publish = (context: Context) => ({
  action: 'sns:Publish',
  on: 'arn:aws:sns:us-east-1:111122223333:topic',
  context,
});
const TOKEN = { 'aws:tokenissuetime': '2026-01-01T00:00:00Z' };

decisions('reference_policies_elements_condition_operators.html', [
  ...[
    ['StringEquals', 'false'],
    ['StringNotEquals', 'true'],
    ['StringLike', 'false'],
    ['StringNotLike', 'true'],
    ['ArnEquals', 'false'],
    ['ArnNotLike', 'true'],
    ['StringEqualsIfExists', 'true'],
    ['ArnLikeIfExists', 'true'],
    ['BoolIfExists', 'true'],
    ['Bool', 'false'],
  ].map(([operator = '', allowed]) => ({
    what: `a key that the request does not have: ${operator} is ${allowed}`,
    identity: when({ [operator]: { 'aws:SourceArn': 'arn:aws:s3:::bucket' } }),
    ...publish({ 'aws:sourcearn': undefined }),
    allowed: allowed === 'true',
  })),
  {
    what: 'Null true: the key is not there',
    identity: when({ Null: { 'aws:TokenIssueTime': 'true' } }),
    ...publish({ 'aws:tokenissuetime': undefined }),
    allowed: true,
  },
  {
    what: 'Null true: the key is there',
    identity: when({ Null: { 'aws:TokenIssueTime': 'true' } }),
    ...publish(TOKEN),
    allowed: false,
  },
  {
    what: 'Null false: the key is there',
    identity: when({ Null: { 'aws:TokenIssueTime': 'false' } }),
    ...publish(TOKEN),
    allowed: true,
  },
  {
    what: 'several values of a key are alternatives',
    identity: when({ StringEquals: { 'aws:SourceAccount': ['444455556666', ACCOUNT] } }),
    ...publish({ 'aws:sourceaccount': ACCOUNT }),
    allowed: true,
  },
  {
    what: 'of a negated operator none may match',
    identity: when({ StringNotEquals: { 'aws:SourceAccount': ['444455556666', ACCOUNT] } }),
    ...publish({ 'aws:sourceaccount': ACCOUNT }),
    allowed: false,
  },
  {
    what: 'several keys and operators must all match',
    identity: when({
      StringEquals: { 'aws:SourceAccount': ACCOUNT },
      ArnEquals: { 'aws:SourceArn': 'arn:aws:s3:::bucket' },
    }),
    ...publish({ 'aws:sourceaccount': ACCOUNT, 'aws:sourcearn': 'arn:aws:s3:::another' }),
    allowed: false,
  },
  {
    what: 'each of the six parts of an ARN is checked separately',
    identity: when({ ArnLike: { 'aws:SourceArn': 'arn:aws:sns:*:topic' } }),
    ...publish({ 'aws:sourcearn': 'arn:aws:sns:us-east-1:111122223333:topic' }),
    allowed: false,
  },
  {
    what: 'and may have wildcards',
    identity: when({ ArnLike: { 'aws:SourceArn': 'arn:aws:cloudwatch:*:111122223333:alarm:*' } }),
    ...publish({ 'aws:sourcearn': 'arn:aws:cloudwatch:us-east-1:111122223333:alarm:lag: of one' }),
    allowed: true,
  },
  {
    what: 'StringLike does not differ between the parts, and keeps to case',
    identity: when({ StringLike: { 'aws:SourceArn': 'arn:*:Topic' } }),
    ...publish({ 'aws:sourcearn': 'arn:aws:sns:us-east-1:111122223333:topic' }),
    allowed: false,
  },
]);

decisions('reference_policies_variables.html', [
  {
    what: 'a variable in a resource',
    identity: { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::bucket/${aws:username}/*' },
    action: 's3:GetObject',
    on: 'arn:aws:s3:::bucket/alice/file',
    context: { 'aws:username': 'alice' },
    allowed: true,
  },
  {
    what: 'a value of a variable is no pattern',
    identity: { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::bucket/${aws:username}/*' },
    action: 's3:GetObject',
    on: 'arn:aws:s3:::bucket/bob/file',
    context: { 'aws:username': '*' },
    allowed: false,
  },
  {
    what: '${*} is an asterisk',
    identity: { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::bucket/${*}' },
    action: 's3:GetObject',
    on: 'arn:aws:s3:::bucket/a',
    allowed: false,
  },
]);

const DELEGATES = { Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' };
const ROLE = { action: 'sts:AssumeRole', on: `arn:aws:iam::${ACCOUNT}:role/observer` };
const MAY_ASSUME = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: ROLE.on };

decisions('reference_policies_elements_principal.html', [
  {
    what: 'a trust policy that names the account leaves it to the policies there',
    resource: DELEGATES,
    ...ROLE,
    allowed: false,
  },
  { what: 'with both, the role is assumed', identity: MAY_ASSUME, resource: DELEGATES, ...ROLE, allowed: true },
  { what: 'without trust it is not, in the same account either', identity: MAY_ASSUME, ...ROLE, allowed: false },
  {
    what: 'a service, by its name',
    caller: { service: 'sns.amazonaws.com' },
    resource: {
      Effect: 'Allow',
      Principal: { Service: 'sns.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: '*',
    },
    action: 'sqs:SendMessage',
    on: 'arn:aws:sqs:us-east-1:111122223333:queue',
    allowed: true,
  },
  {
    what: 'another service is not admitted',
    caller: { service: 's3.amazonaws.com' },
    resource: {
      Effect: 'Allow',
      Principal: { Service: 'sns.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: '*',
    },
    action: 'sqs:SendMessage',
    on: 'arn:aws:sqs:us-east-1:111122223333:queue',
    allowed: false,
  },
]);

decisions('reference_policies_elements_notaction.html', [
  {
    what: 'NotAction: all but these',
    identity: { Effect: 'Allow', NotAction: 's3:DeleteBucket', Resource: 'arn:aws:s3:::*' },
    action: 's3:DeleteBucket',
    on: 'arn:aws:s3:::bucket',
    allowed: false,
  },
  {
    what: 'NotResource: all but these',
    identity: [
      { Effect: 'Allow', Action: 's3:*', Resource: '*' },
      { Effect: 'Deny', Action: 's3:*', NotResource: ['arn:aws:s3:::payroll', 'arn:aws:s3:::payroll/*'] },
    ],
    action: 's3:GetObject',
    on: 'arn:aws:s3:::another/file',
    allowed: false,
  },
]);

describe('what the evaluator does not know, it does not take', () => {
  const refused = (statement: object, context: Context = {}) => {
    const policy = { Sid: 'Odd', Effect: 'Allow', Action: 'sns:Publish', Resource: '*', ...statement };
    const asked = {
      caller: CARLOS,
      action: 'sns:Publish',
      resource: 'arn:aws:sns:us-east-1:1:t',
      owner: ACCOUNT,
      context,
    };
    return () => evaluate(asked, { identity: readPolicy({ Statement: policy }) });
  };

  it.each([
    {
      what: 'an operator',
      statement: { Condition: { NumericEquals: { 's3:max-keys': '10' } } },
      context: { 's3:max-keys': '10' },
      error: 'the operator "NumericEquals"',
    },
    {
      what: 'a key of which nobody spoke',
      statement: { Condition: { Bool: { 'aws:SecureTransport': 'true' } } },
      context: {},
      error: 'asks for "aws:SecureTransport"',
    },
    {
      what: 'several values without a set operator',
      statement: { Condition: { StringEquals: { 'aws:TagKeys': 'a' } } },
      context: { 'aws:tagkeys': ['a', 'b'] },
      error: 'has several values',
    },
    { what: 'NotPrincipal', statement: { NotPrincipal: { AWS: '*' } }, context: {}, error: 'NotPrincipal' },
    { what: 'another element', statement: { Actions: 'sns:*' }, context: {}, error: 'Actions' },
    {
      what: 'another kind of principal',
      statement: { Principal: { Federated: 'x' } },
      context: {},
      error: 'Federated',
    },
  ])('$what', ({ statement, context, error }) => {
    expect(refused(statement, context)).toThrow(error);
  });
});
