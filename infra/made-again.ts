import type { IConstruct } from 'constructs';

/**
 * What CloudFormation shall look at as if it were new, since somebody has deleted or changed it by hand: it looks only at what changes in a template. Whoever
 * deploys says so by `cdk deploy -c again=<something else each time>`.
 */
export function madeAgain(scope: IConstruct): string | undefined {
  const again: unknown = scope.node.tryGetContext('again');
  return typeof again === 'string' ? again : undefined;
}
