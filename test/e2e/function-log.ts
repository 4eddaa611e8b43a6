import * as v from 'valibot';
import { subscriberName } from '../../shared/names.ts';
import { logsApi } from './raw-api.ts';

/** What the function of a destination logged about keys and messages, in the order in which it did. */
export async function logOf({ bucket, region }: { readonly bucket: string; readonly region: string }) {
  const lines: LogLine[] = [];
  let nextToken: string | undefined;
  do {
    const logGroupName = `/aws/lambda/${subscriberName(bucket)}`;
    const page = v.parse(pageSchema, await logsApi(region, 'FilterLogEvents', { logGroupName, nextToken }));
    lines.push(...page.events.flatMap(({ message }) => lineOf(message)));
    nextToken = page.nextToken ?? undefined;
  } while (nextToken !== undefined);
  return lines;
}

/** Lambda's own lines and the metrics stand between ours. */
function lineOf(message: string): readonly LogLine[] {
  if (!message.startsWith('{')) return [];
  const line = v.safeParse(lineSchema, JSON.parse(message));
  return line.success ? [line.output] : [];
}

const pageSchema = v.object({
  events: v.array(v.object({ message: v.string() })),
  nextToken: v.nullish(v.string()),
});

const lineSchema = v.object({
  message: v.string(),
  /** Of one invocation, and so of one batch. */
  function_request_id: v.string(),
  key: v.optional(v.string()),
  reason: v.string(),
});

export type LogLine = v.InferOutput<typeof lineSchema>;
