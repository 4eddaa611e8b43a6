import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { expect, it } from 'vitest';
import { failedQueueName, subscriberName } from '../../../shared/names.ts';
import { messagesIn, purge } from '../queues.ts';
import { arrived, comparison, destinations, put, source, text } from '../system.ts';
import * as config from './two-destinations.config.ts';

it('the events of removed objects settle, and leave the replicas', async () => {
  for (const { bucket, region } of config.destinations) {
    await purge({ name: subscriberName(bucket), region });
    await purge({ name: failedQueueName(bucket), region });
  }
  const objects = Array.from({ length: 50 }, (_, n) => text(`removals/${n}`, `removal ${n}`));
  await arrived(await put(objects));
  for (const { key } of objects) await source.s3.send(new DeleteObjectCommand({ Bucket: source.bucket, Key: key }));
  // Events travel in the order of what they tell of, so with this one the others have arrived.
  await arrived(await put([text('removals-are-over', 'the last event')]));

  for (const { bucket, region } of config.destinations) {
    const inbox = { name: subscriberName(bucket), region };
    await expect.poll(() => messagesIn(inbox)).toMatchObject({ all: 0 });
    expect(await messagesIn({ name: failedQueueName(bucket), region })).toMatchObject({ all: 0 });
  }
  for (const destination of destinations) {
    expect((await comparison(destination, (key) => key.startsWith('removals/'))).extra).toHaveLength(50);
  }
});
