import { paginateListEventSourceMappings } from '@aws-sdk/client-lambda';
import type { LambdaClient } from '@aws-sdk/client-lambda';

/** What feeds a function from the inbox of its name. @throws if nothing does, or Lambda does not tell. */
export async function findMapping(
  client: LambdaClient,
  name: string,
): Promise<{ readonly UUID: string; readonly state: string }> {
  for await (const { EventSourceMappings = [] } of paginateListEventSourceMappings(
    { client },
    { FunctionName: name },
  )) {
    const found = EventSourceMappings.find(({ EventSourceArn }) => EventSourceArn?.split(':').at(-1) === name);
    if (found?.UUID !== undefined) return { UUID: found.UUID, state: found.State ?? '' };
  }
  throw new Error('nothing feeds it from an inbox of its name');
}
