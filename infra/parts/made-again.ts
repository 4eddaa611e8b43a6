import { CfnTopicPolicy } from 'aws-cdk-lib/aws-sns';
import { CfnQueuePolicy } from 'aws-cdk-lib/aws-sqs';
import type { IConstruct } from 'constructs';

/**
 * What CloudFormation shall look at as if it were new, since somebody has deleted or changed it by hand: it looks only at what changes in a template. Whoever
 * deploys says so by `cdk deploy -c again=<something else each time>`.
 */
export function madeAgain(scope: IConstruct): string | undefined {
  const again: unknown = scope.node.tryGetContext('again');
  return typeof again === 'string' ? again : undefined;
}

/**
 * Of the policies of queues and topics CloudFormation sees no drift, and nothing in them may change by itself: what is made again is called something else.
 */
export function makePoliciesAgain(stack: IConstruct): void {
  const again = madeAgain(stack);
  if (again === undefined) return;
  for (const construct of stack.node.findAll())
    if (construct instanceof CfnQueuePolicy || construct instanceof CfnTopicPolicy)
      construct.addPropertyOverride('PolicyDocument.Id', again);
}
