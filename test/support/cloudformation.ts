import { once } from 'node:events';
import { createServer } from 'node:http';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { onTestFinished } from 'vitest';

/** Has a custom resource's function handle a request as CloudFormation would make it, and answers what CloudFormation is told. */
export async function askAsCloudFormation(
  handler: (event: CloudFormationCustomResourceEvent) => Promise<void>,
  RequestType: 'Create' | 'Update' | 'Delete',
  properties: object,
  { id = 'known' }: { readonly id?: string } = {},
): Promise<unknown> {
  const told: string[] = [];
  const server = createServer((request, response) => {
    request.setEncoding('utf8').on('data', (chunk: string) => told.push(chunk));
    request.on('end', () => response.end());
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const address = server.address();
  const common = {
    ServiceToken: 'arn:function',
    ResponseURL: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`,
    StackId: 'stack',
    RequestId: 'request',
    LogicalResourceId: 'Resource',
    ResourceType: 'Custom::Resource',
    ResourceProperties: { ServiceToken: 'arn:function', ...properties },
  };
  const OldResourceProperties = common.ResourceProperties;
  if (RequestType === 'Create') await handler({ ...common, RequestType });
  else if (RequestType === 'Update')
    await handler({ ...common, RequestType, PhysicalResourceId: id, OldResourceProperties });
  else await handler({ ...common, RequestType, PhysicalResourceId: id });
  return JSON.parse(told.join(''));
}
