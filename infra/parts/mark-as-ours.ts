import { type Stack, Tags } from 'aws-cdk-lib';
import cdk from '../../cdk.json' with { type: 'json' };

/**
 * Tags a stack as one of a replicator, and has it keep our own feature flags of the CDK whatever those of its app are: a change of theirs must not
 * change policies here. To be called before anything is added to the stack.
 */
export function markAsOurs(stack: Stack, sourceBucket: string): void {
  for (const [flag, value] of Object.entries(cdk.context)) stack.node.setContext(flag, value);
  Tags.of(stack).add('s3-fanout-replicator', sourceBucket);
}
