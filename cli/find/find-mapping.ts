import { paginateListEventSourceMappings } from '@aws-sdk/client-lambda';
import type { LambdaClient } from '@aws-sdk/client-lambda';

/** What feeds a function from the inbox of its name; `undefined` if nothing does. @throws if Lambda does not tell. */
export async function findMapping(
  client: LambdaClient,
  name: string,
): Promise<{ readonly UUID: string; readonly state: string } | undefined> {
  for await (const { EventSourceMappings = [] } of paginateListEventSourceMappings(
    { client },
    { FunctionName: name },
  )) {
    const found = EventSourceMappings.find(({ EventSourceArn }) => EventSourceArn?.split(':').at(-1) === name);
    if (found?.UUID !== undefined) return { UUID: found.UUID, state: found.State ?? '' };
  }
  return undefined;
}
