import {
  GetRoleCommand,
  GetRolePolicyCommand,
  paginateListAttachedRolePolicies,
  paginateListRolePolicies,
} from '@aws-sdk/client-iam';
import { NAMED, parsed, unlessGone, WORDS } from '../probe.ts';
import type { Probe } from '../probe.ts';

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html */
export const role: Probe = {
  async look({ id: RoleName, region }, clients) {
    const client = clients.iam(region);
    const found = await unlessGone(['NoSuchEntityException', 'NoSuchEntity'], async () => {
      const { Role } = await client.send(new GetRoleCommand({ RoleName }));
      const [policies, attached]: [{ PolicyName: string; PolicyDocument: unknown }[], string[]] = [[], []];
      for await (const { PolicyNames = [] } of paginateListRolePolicies({ client }, { RoleName }))
        for (const PolicyName of PolicyNames) {
          const { PolicyDocument } = await client.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
          policies.push({ PolicyName, PolicyDocument: document(PolicyDocument) });
        }
      for await (const { AttachedPolicies = [] } of paginateListAttachedRolePolicies({ client }, { RoleName }))
        attached.push(...AttachedPolicies.map(({ PolicyArn = '' }) => PolicyArn));
      return { Role, policies, attached };
    });
    if (found?.Role === undefined) return undefined;
    return {
      AssumeRolePolicyDocument: document(found.Role.AssumeRolePolicyDocument),
      Policies: found.policies,
      ManagedPolicyArns: found.attached,
      PermissionsBoundary: found.Role.PermissionsBoundary?.PermissionsBoundaryArn,
      MaxSessionDuration: found.Role.MaxSessionDuration ?? 3600,
    };
  },
  watched: {
    AssumeRolePolicyDocument: undefined,
    Policies: undefined,
    ManagedPolicyArns: undefined,
    PermissionsBoundary: undefined,
    MaxSessionDuration: 3600,
  },
  unwatched: { RoleName: NAMED, Description: WORDS, Tags: WORDS },
  actions: 'iam:GetRole, iam:ListRolePolicies, iam:GetRolePolicy, iam:ListAttachedRolePolicies',
};

/** IAM tells policies encoded for an address. */
function document(policy: string | undefined): unknown {
  return parsed(policy === undefined ? undefined : decodeURIComponent(policy));
}
