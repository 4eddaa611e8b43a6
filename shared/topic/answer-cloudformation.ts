import { Buffer } from 'node:buffer';
import { setTimeout } from 'node:timers/promises';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';

/** What became of a custom resource: its physical id, or why it failed. */
export type ResourceAnswer = { readonly id: string } | { readonly failure: string };

/**
 * Tells CloudFormation, at the address that came with the event; tried three times.
 *
 * @throws if CloudFormation cannot be told: it then waits until the resource's time-out.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html
 */
export async function answerCloudFormation(
  event: CloudFormationCustomResourceEvent,
  answer: ResourceAnswer,
): Promise<void> {
  const body = Buffer.from(JSON.stringify(responseTo(event, answer)));
  for (let attempt = 1; ; attempt++) {
    try {
      const response = await fetch(event.ResponseURL, { method: 'PUT', body });
      if (response.ok) return;
      throw new Error(`Cannot answer CloudFormation: status ${response.status}`);
    } catch (error) {
      if (attempt === 3) throw error;
      await setTimeout(1000 * attempt);
    }
  }
}

function responseTo(event: CloudFormationCustomResourceEvent, answer: ResourceAnswer) {
  const { StackId, RequestId, LogicalResourceId } = event;
  const known = 'PhysicalResourceId' in event ? event.PhysicalResourceId : `${LogicalResourceId}-never-made`;
  const status =
    'id' in answer
      ? { Status: 'SUCCESS', PhysicalResourceId: answer.id }
      : // CloudFormation refuses an answer of more than 4 KiB, and would show only the beginning.
        { Status: 'FAILED', PhysicalResourceId: known, Reason: answer.failure.slice(0, 1000) };
  return { ...status, StackId, RequestId, LogicalResourceId };
}
