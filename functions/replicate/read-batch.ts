import * as v from 'valibot';

/** What the function was invoked with, whoever invoked it. */
export interface Batch {
  /** SQS is told which messages failed; SNS only that something did. */
  readonly from: 'sqs' | 'sns';
  readonly messages: readonly Message[];
}

export interface Message {
  readonly id: string;
  readonly body: string;
  /** Of a message from a queue: what names this delivery of it, and how often it has been delivered. */
  readonly receipt?: { readonly handle: string; readonly count: number };
}

/**
 * Reads an SQS event, or an SNS event where the function is subscribed to the topic directly.
 *
 * @throws {TypeError} on anything else.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
export function readBatch(event: unknown): Batch {
  const sqs = v.safeParse(sqsEvent, event);
  if (sqs.success) return { from: 'sqs', messages: sqs.output.Records.map(messageOf) };
  const sns = v.safeParse(snsEvent, event);
  if (sns.success) {
    return { from: 'sns', messages: sns.output.Records.map(({ Sns }) => ({ id: Sns.MessageId, body: Sns.Message })) };
  }
  throw new TypeError('Cannot read the event: it is neither a batch of SQS messages nor an SNS notification');
}

const sqsRecord = v.object({
  eventSource: v.literal('aws:sqs'),
  messageId: v.string(),
  // One odd record must not fail its batch: without a body it is a message that nobody understands.
  body: v.fallback(v.string(), ''),
  receiptHandle: v.optional(v.string()),
  attributes: v.optional(v.object({ ApproximateReceiveCount: v.optional(v.string()) })),
});

const sqsEvent = v.object({ Records: v.pipe(v.array(sqsRecord), v.minLength(1)) });

const snsEvent = v.object({
  Records: v.pipe(
    v.array(
      v.object({ EventSource: v.literal('aws:sns'), Sns: v.object({ MessageId: v.string(), Message: v.string() }) }),
    ),
    v.minLength(1),
  ),
});

function messageOf({ messageId, body, receiptHandle, attributes }: v.InferOutput<typeof sqsRecord>): Message {
  const count = Number(attributes?.ApproximateReceiveCount ?? 1);
  return { id: messageId, body, ...(receiptHandle === undefined ? {} : { receipt: { handle: receiptHandle, count } }) };
}
