import { expect, it } from 'vitest';
import { decisionsIn, decisionsText, denials } from '../../local/decisions.ts';

const log = (...decisions: readonly (readonly [action: string, resource: string, decision: string])[]) =>
  decisions
    .map(([action, resource, decision]) => `${JSON.stringify({ role: 'replicate', action, resource, decision })}\n`)
    .join('');

it('what was denied is told by role and action, once, with an example', () => {
  const decisions = decisionsIn(
    log(
      ['s3:GetObject', 'arn:aws:s3:::photos/a', 'Allow'],
      ['s3:PutObject', 'arn:aws:s3:::photos-eu/a', 'ImplicitDeny'],
      ['s3:PutObject', 'arn:aws:s3:::photos-eu/b', 'Deny'],
      ['sts:AssumeRole', 'arn:aws:iam::000000000000:role/observer', 'NotTrusted'],
    ),
  );
  expect(denials(decisions)).toEqual([
    'replicate was denied s3:PutObject (ImplicitDeny) on arn:aws:s3:::photos-eu/a, and 1 more',
    'replicate was denied sts:AssumeRole (NotTrusted) on arn:aws:iam::000000000000:role/observer',
  ]);
  expect(decisionsText(decisions)).toContain('of 4 requests of roles, these were denied:\n  ! replicate was denied');
});

it('a line that is still being written is left for later', () => {
  const decisions = decisionsIn(`${log(['s3:GetObject', 'arn:aws:s3:::photos/a', 'Allow'])}{"role": "rep`);
  expect(decisionsText(decisions)).toBe('IAM was enforced: 1 requests of roles were checked, and none was denied.');
});

it('nothing logged is nothing denied', () => {
  expect(denials(decisionsIn(''))).toEqual([]);
});
