import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, GetQueueUrlCommand } from '@aws-sdk/client-sqs';
import { expect, inject, it } from 'vitest';
import { awsClients } from '../../local/aws-clients.ts';
import { failedQueueName, subscriberName } from '../../shared/names.ts';
import { arrived, comparison, destinations, put, source, text } from './system.ts';
import * as config from './two-destinations.config.ts';

it('the events of removed objects settle, and leave the replicas', async () => {
  const objects = Array.from({ length: 50 }, (_, n) => text(`removals/${n}`, `removal ${n}`));
  await arrived(await put(objects));
  for (const { key } of objects) await source.s3.send(new DeleteObjectCommand({ Bucket: source.bucket, Key: key }));
  // Events travel in the order of what they tell of, so with this one the others have arrived.
  await arrived(await put([text('removals-are-over', 'the last event')]));

  for (const { bucket, region } of config.destinations) {
    await expect.poll(() => messages(subscriberName(bucket), region), { timeout: 30_000, interval: 250 }).toBe(0);
    expect(await messages(failedQueueName(bucket), region)).toBe(0);
  }
  for (const destination of destinations) {
    expect((await comparison(destination, (key) => key.startsWith('removals/'))).extra).toHaveLength(50);
  }
});

async function messages(queue: string, region: string): Promise<number> {
  const { sqs } = awsClients(inject('emulator'), region);
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: queue }));
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  const { ApproximateNumberOfMessages, ApproximateNumberOfMessagesNotVisible, ApproximateNumberOfMessagesDelayed } =
    Attributes ?? {};
  return [ApproximateNumberOfMessages, ApproximateNumberOfMessagesNotVisible, ApproximateNumberOfMessagesDelayed]
    .map(Number)
    .reduce((sum, count) => sum + count, 0);
}
