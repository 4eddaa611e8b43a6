import { setTimeout } from 'node:timers/promises';
import { GetEventSourceMappingCommand, LambdaClient, UpdateEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import { GetQueueUrlCommand, SQSClient, TagQueueCommand, UntagQueueCommand } from '@aws-sdk/client-sqs';
import type { Destination } from '../../infra/config/replicator.ts';
import { PAUSED_TAG, subscriberName } from '../../shared/names.ts';
import { causeOf } from '../aws/cause-of.ts';
import { clientOptions } from '../aws/client-options.ts';
import { explained } from '../aws/explained.ts';
import { findMapping } from '../find/find-mapping.ts';
import { UsageError } from '../terminal/usage-error.ts';

/**
 * Lets a destination's function take messages from its inbox, or no longer; waits until Lambda has done so. Nothing is lost: what
 * arrives stays in the inbox, and what is being worked on is finished.
 *
 * (A reserved concurrency of 0 would not do: messages would be received, refused and counted as failed.)
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_UpdateEventSourceMapping.html
 */
export async function switchInbox(
  { bucket, region }: Pick<Destination, 'bucket' | 'region'>,
  to: 'on' | 'off',
): Promise<void> {
  const lambda = new LambdaClient(clientOptions(region));
  const name = subscriberName(bucket);
  const finding = `find the function "${name}" in ${region}`;
  const mapping = await explained(finding, {
    remedy: 'is its stack deployed? The credentials in use need lambda:ListEventSourceMappings',
    work: () => findMapping(lambda, name),
  });
  if (mapping === undefined)
    throw new UsageError(`Cannot ${finding}: nothing feeds it from an inbox of its name; is its stack deployed?`);
  const { UUID } = mapping;
  await explained(`${to === 'off' ? 'pause' : 'resume'} ${bucket}`, {
    remedy: `the credentials in use need lambda:UpdateEventSourceMapping and lambda:GetEventSourceMapping on ${UUID}`,
    async work() {
      await lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: to === 'on' }));
      await untilState(lambda, { UUID, state: to === 'on' ? 'Enabled' : 'Disabled' });
    },
  });
  await tagInbox(new SQSClient(clientOptions(region)), { name, to });
}

/** So that the nightly reconcile sees that it is paused, and does not wait for the inbox to become empty. */
async function tagInbox(
  sqs: SQSClient,
  { name, to }: { readonly name: string; readonly to: 'on' | 'off' },
): Promise<void> {
  try {
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
    await (to === 'off'
      ? sqs.send(new TagQueueCommand({ QueueUrl, Tags: { [PAUSED_TAG]: new Date().toISOString() } }))
      : sqs.send(new UntagQueueCommand({ QueueUrl, TagKeys: [PAUSED_TAG] })));
  } catch (cause) {
    const { why, remedy = 'allow sqs:TagQueue and sqs:UntagQueue' } = causeOf(cause);
    throw new UsageError(
      `It is ${to === 'off' ? 'paused' : 'resumed'}, but the tag ${PAUSED_TAG} of the inbox, by which reports know, could not be changed: ${why}; ${remedy}, then run this again`,
      { cause },
    );
  }
}

async function untilState(
  lambda: LambdaClient,
  { UUID, state }: { readonly UUID: string; readonly state: string },
): Promise<void> {
  const deadline = Date.now() + FIVE_MINUTES;
  for (;;) {
    const { State } = await lambda.send(new GetEventSourceMappingCommand({ UUID }));
    if (State === state) return;
    if (Date.now() > deadline) throw new UsageError(`Lambda still says "${State}" after 5 minutes; look again later`);
    await setTimeout(1000);
  }
}

const FIVE_MINUTES = 5 * 60 * 1000;
