import { count, objects, printable, size, time } from '../../shared/report/in-words.ts';
import { remedyOfFailure, remedyOfImpossible } from '../../functions/reconcile/report/remedies.ts';
import { withoutNames } from '../../functions/reconcile/tally.ts';
import type { LedgerItem } from '../../shared/ledger/dynamo-ledger-search.ts';
import { messages as inWords } from './found.ts';
import type { FailedFacts, Listed, QueueContents } from './look-for-failed.ts';
import { isUnread } from './reading.ts';
import type { Reading } from './reading.ts';
import { table } from './table.ts';

/** What failed at each destination, by reason, for a terminal of 80 columns. */
export function failedText(all: readonly FailedFacts[], headline: string): string {
  const blocks = all.flatMap(({ bucket, failed, cannot, queue }) => [
    ...listText(bucket, failed, { what: 'could not be copied', remedy: remedyOfFailure }),
    ...listText(bucket, cannot, { what: 'cannot be copied as they are', remedy: remedyOfImpossible }),
    ...queueText(bucket, queue),
  ]);
  return printable([headline, ...blocks].join('\n\n'));
}

interface Wording {
  readonly what: string;
  readonly remedy: (reason: string) => string;
}

function listText(bucket: string, listed: Reading<Listed>, { what, remedy }: Wording): readonly string[] {
  if (isUnread(listed)) return [`${bucket}: NOT READ what ${what}: ${listed.unread}`];
  const byReason = Map.groupBy(listed.items, ({ reason = '' }) => withoutNames(String(reason)));
  return [
    ...[...byReason].map(([reason, items]) =>
      [
        `${bucket}: ${objects(items.length)} ${what}: ${reason}`,
        `  ${remedy(reason)}`,
        table(items.map(rowOf), { head: ['key', 'at', 'size', 'tried'], widths: [39, 18, 11, 7] }),
      ].join('\n'),
    ),
    ...(listed.more ? [`${bucket}: there are more that ${what}; --limit <n> shows them.`] : []),
  ];
}

function rowOf({ key, recordedAt, size: bytes, attempts }: LedgerItem): readonly string[] {
  return [
    key,
    typeof recordedAt === 'string' ? time(recordedAt).slice(0, 16) : '',
    typeof bytes === 'number' ? size(bytes) : '',
    String(attempts ?? ''),
  ];
}

function queueText(bucket: string, queue: Reading<QueueContents>): readonly string[] {
  if (isUnread(queue)) return [`${bucket}: NOT READ the queue of the failed: ${queue.unread}`];
  const { messages, more, keys, notUnderstood } = queue;
  if (messages === 0) return [];
  const odd = notUnderstood.map(
    ({ id, sentAt, reason, body }) =>
      `  ${id}${sentAt === undefined ? '' : ` of ${time(sentAt)}`}: ${reason}\n    ${JSON.stringify(body)}`,
  );
  return [
    `${bucket}: in its queue of the failed ${more ? `${count(messages)} messages or more` : inWords(messages)}, with ${count(keys)} keys in all.`,
    ...(odd.length === 0
      ? []
      : [
          [
            `${bucket}: ${count(odd.length)} of these nobody understands. Find out who sends them to the topic or the inbox; they are gone after 14 days:`,
            ...odd,
          ].join('\n'),
        ]),
  ];
}
