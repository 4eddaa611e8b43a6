import { GetQueueUrlCommand, QueueDoesNotExist, SQSClient } from '@aws-sdk/client-sqs';
import { failedQueueName, subscriberName } from '../../shared/names.ts';
import type { Place } from './request.ts';

/**
 * Whether a bucket is a destination, of whatever source: beside each are an inbox and a queue of what failed, which bear its name.
 *
 * @throws if SQS does not tell.
 */
export async function isDestination({ bucket, region, account }: Place): Promise<boolean> {
  const client = new SQSClient({ region });
  for (const name of [subscriberName(bucket), failedQueueName(bucket)])
    if (!(await hasQueue(name, { client, account }))) return false;
  return true;
}

async function hasQueue(
  name: string,
  { client, account }: { readonly client: SQSClient; readonly account: string },
): Promise<boolean> {
  try {
    await client.send(new GetQueueUrlCommand({ QueueName: name, QueueOwnerAWSAccountId: account }));
    return true;
  } catch (error) {
    if (error instanceof QueueDoesNotExist) return false;
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`Cannot look whether there is a queue "${name}": ${why}`, { cause: error });
  }
}
