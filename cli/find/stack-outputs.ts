import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { clientOptions } from '../aws/client-options.ts';
import { explained } from '../aws/explained.ts';

/** What a stack of ours says of itself. @throws {UsageError} if it is not deployed, or cannot be looked at. */
export async function stackOutputs(
  StackName: string,
  region: string,
): Promise<ReadonlyMap<string | undefined, string | undefined>> {
  const { Stacks = [] } = await explained(`find the stack ${StackName} in ${region}`, {
    remedy: `if it is not deployed: npx cdk deploy ${StackName}`,
    work: () => new CloudFormationClient(clientOptions(region)).send(new DescribeStacksCommand({ StackName })),
  });
  return new Map(Stacks[0]?.Outputs?.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
}
