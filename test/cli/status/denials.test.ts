import { expect, it } from 'vitest';
import { denialsIn } from '../../../cli/status/buckets/denials.ts';

const needed = ['s3:ListBucket', 's3:PutObject'];
const ours = { needed, account: '111122223333' };
const deny = { Sid: 'S', Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*' };

it.each<[string, object, readonly object[]]>([
  ['everything to everybody', deny, [{ sid: 'S', actions: needed, conditional: false }]],
  [
    'writing to everybody',
    { ...deny, Action: ['s3:Put*'] },
    [{ sid: 'S', actions: ['s3:PutObject'], conditional: false }],
  ],
  [
    'writing, in other letters',
    { ...deny, Action: 'S3:putobject' },
    [{ sid: 'S', actions: ['s3:PutObject'], conditional: false }],
  ],
  [
    'to our account',
    { ...deny, Principal: { AWS: 'arn:aws:iam::111122223333:root' } },
    [{ sid: 'S', actions: needed, conditional: false }],
  ],
  [
    'under a condition',
    { ...deny, Condition: { StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } } },
    [{ sid: 'S', actions: needed, conditional: true }],
  ],
  [
    'all but some actions',
    { ...deny, Action: undefined, NotAction: 's3:GetObject' },
    [{ sid: 'S', actions: needed, conditional: true }],
  ],
  [
    'to all but some',
    { ...deny, Principal: undefined, NotPrincipal: { AWS: 'x' } },
    [{ sid: 'S', actions: needed, conditional: true }],
  ],
  ['without TLS', { ...deny, Condition: { Bool: { 'aws:SecureTransport': 'false' } } }, []],
  ['to others', { ...deny, Principal: { AWS: '999988887777' } }, []],
  ['what we do not do', { ...deny, Action: 's3:DeleteBucket' }, []],
  ['nothing, but allows', { ...deny, Effect: 'Allow' }, []],
])('a statement that denies %s', (_, statement, expected) => {
  const document = JSON.parse(JSON.stringify({ Version: '2012-10-17', Statement: [statement] }));
  expect(denialsIn(document, ours)).toEqual(expected);
});
