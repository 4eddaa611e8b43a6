import { count, printable, size, time } from '../../shared/report/in-words.ts';
import type { LedgerItem } from '../../shared/ledger/dynamo-ledger-search.ts';
import type { Look } from '../../shared/s3/s3-look.ts';
import type { KeyAtDestination, KeyFacts, Live } from './look-for-key.ts';
import { isUnread } from './reading.ts';
import type { Reading } from './reading.ts';
import { table } from './table.ts';

/** One key on all sides, for a terminal of 80 columns. */
export function keyText({ key, source, destinations }: KeyFacts, headline: string): string {
  return printable(
    [
      headline,
      `${source.bucket}, the source: ${JSON.stringify(key)}\n${table(liveRows(source.live), { widths: WIDTHS })}`,
      ...destinations.map(destinationBlock),
    ].join('\n\n'),
  );
}

const WIDTHS = [21, 56];

type Row = readonly [string, string];

function destinationBlock({ bucket, live, verdict, recorded }: KeyAtDestination): string {
  const rows: readonly Row[] = [
    ['compared', verdict ?? 'NOT KNOWN'],
    ...liveRows(live),
    ...(isUnread(recorded) ? [['recorded', `NOT READ: ${recorded.unread}`] as const] : recordedRows(recorded.item)),
  ];
  return `${bucket}\n${table(rows, { widths: WIDTHS })}`;
}

function liveRows(live: Reading<Live>): readonly Row[] {
  if (isUnread(live)) return [['now', `NOT READ: ${live.unread}`]];
  return live.object === undefined ? [['now', 'there is no such object']] : objectRows(live.object);
}

function objectRows({ state, storageClass, encryption, kmsKeyId }: Look): readonly Row[] {
  return [
    ['size', state.size < 1024 ? size(state.size) : `${size(state.size)} (${count(state.size)} bytes)`],
    ['ETag', state.etag],
    ['version', state.versionId ?? 'the bucket has none'],
    ['last modified', time(state.lastModified.toISOString())],
    ['storage class', `${storageClass}${state.archived ? ', archived' : ''}`],
    ['encryption', [encryption ?? 'S3 does not say', ...(kmsKeyId === undefined ? [] : [kmsKeyId])].join(' ')],
  ];
}

function recordedRows(item: LedgerItem | undefined): readonly Row[] {
  if (item === undefined) return [['recorded', 'nothing']];
  const text = (name: string) => (item[name] === undefined ? undefined : String(item[name]));
  const at = (name: string) => {
    const value = text(name);
    return value === undefined ? undefined : time(value);
  };
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['recorded', [text('outcome'), text('reason')].filter((part) => part !== undefined).join(': ')],
    ['recorded at', at('recordedAt')],
    ['attempts', text('attempts')],
    ['event of', at('eventAt')],
    ['source, as seen', text('sourceETag')],
    ['its version', text('sourceVersion')],
    ['replica, as made', text('replicaETag')],
    ['its version', text('replicaVersion')],
    ['made from', text('replicaMadeFrom')],
    ['kept since', at('replicaDate')],
    ['source removed', at('removedAt')],
  ];
  return rows.flatMap(([name, value]): Row[] => (value === undefined ? [] : [[name, value]]));
}
