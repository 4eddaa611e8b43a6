import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { paginateListSubscriptionsByTopic, UnsubscribeCommand } from '@aws-sdk/client-sns';
import type { Replicator } from '../infra/config/replicator.ts';
import { subscriberName, topicName } from '../shared/names.ts';
import { awsClients, type EmulatorAddress } from './aws-clients.ts';
import type { Put } from './put-objects.ts';
import { attachSubscriptions } from './subscriptions.ts';

/** What was done behind the replicator's back, in sentences. */
export type Losses = readonly string[];

/**
 * Does what happens to every real system in the end: a destination hears nothing of some changes, replicas are removed, and one is
 * changed, so that no event will ever tell.
 */
export async function loseEvents(
  emulator: EmulatorAddress,
  { source, destinations }: Replicator,
  puts: ReadonlyMap<string, Put>,
): Promise<Losses> {
  const [first] = destinations;
  const last = destinations.at(-1);
  if (first === undefined || last === undefined) return [];
  const { s3 } = awsClients(emulator, source.region);
  await unsubscribe(emulator, source, first.bucket);
  for (let n = 1; n <= UNHEARD; n++)
    await s3.send(new PutObjectCommand({ Bucket: source.bucket, Key: `unheard/${n}`, Body: `nobody heard of ${n}` }));
  await attachSubscriptions(emulator);

  const replicas = awsClients(emulator, last.region).s3;
  const [changed, ...removed] = [...puts.keys()].slice(0, 1 + REMOVED);
  for (const Key of removed) await replicas.send(new DeleteObjectCommand({ Bucket: last.bucket, Key }));
  if (changed !== undefined)
    await replicas.send(new PutObjectCommand({ Bucket: last.bucket, Key: changed, Body: 'not what the source holds' }));
  return [
    `${first.bucket} was not subscribed while ${UNHEARD} objects were put`,
    `${removed.length} replicas in ${last.bucket} were removed`,
    ...(changed === undefined ? [] : [`one replica in ${last.bucket} was changed: ${JSON.stringify(changed)}`]),
  ];
}

const UNHEARD = 5;
const REMOVED = 3;

async function unsubscribe(
  emulator: EmulatorAddress,
  { bucket, region, topicArn }: Replicator['source'],
  destination: string,
): Promise<void> {
  const { sns } = awsClients(emulator, region);
  const TopicArn = topicArn ?? `arn:aws:sns:${region}:${emulator.account}:${topicName(bucket)}`;
  for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic({ client: sns }, { TopicArn }))
    for (const { Endpoint, SubscriptionArn } of Subscriptions)
      if (Endpoint?.endsWith(`:${subscriberName(destination)}`))
        await sns.send(new UnsubscribeCommand({ SubscriptionArn }));
}
