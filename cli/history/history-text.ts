import Table from 'cli-table3';
import { duration, printable, size } from '../../shared/report/in-words.ts';
import type { ListedVersion } from '../../shared/listing/listed-version.ts';
import type { ObjectKey } from '../../shared/objects/object-key.ts';
import type { Moment } from '../../shared/ledger/moment.ts';
import type { KeyHistory } from './key-history.ts';

/** All that is known of a key for a terminal, 80 columns wide. */
export function historyText(key: ObjectKey, histories: readonly KeyHistory[]): string {
  const parts = histories.map(({ destination, region, moments, deleteMarkers, unread }) =>
    [
      `${destination} (${region})${unread.length === 0 ? '' : ', not all of which could be read'}`,
      ...(moments.length + deleteMarkers.length > 0 ? [] : [nothingAt(unread)]),
      ...(moments.length === 0 ? [] : [tableOf(moments, !unread.some(({ what }) => what === 'bucket'))]),
      ...deleteMarkers.map(markerText),
    ].join('\n'),
  );
  const all = histories.flatMap(({ moments }) => moments);
  const legend = legendOf(histories).filter(([mark]) => all.some((moment) => MARKS[moment.knownBy] === mark));
  return printable(
    [
      `${JSON.stringify(key)}, newest first, in UTC`,
      ...parts,
      ...(legend.length === 0 ? [] : [legend.map(([mark, meaning]) => `${mark}  ${meaning}`).join('\n')]),
    ].join('\n\n'),
  );
}

function nothingAt(unread: KeyHistory['unread']): string {
  return unread.length === 0 ? 'nothing is known of it here' : 'nothing is known of it by what could be read';
}

const MARKS: Readonly<Record<Moment['knownBy'], string>> = {
  event: '',
  'last-modified': '*',
  look: '~',
  replica: '?',
};

function legendOf(histories: readonly KeyHistory[]): readonly (readonly [mark: string, meaning: string])[] {
  const isWhole = histories.every(({ unread }) => unread.length === 0);
  return [
    [
      '*',
      'no event told of it: by the last-modified date of the source, in seconds\n   (of an upload in parts, that is when it began)',
    ],
    ['~', 'no event told of it: it was found then, and may be older'],
    ['?', `no record of what it was made from${isWhole ? '' : ' was read'}: the time is that of the copy`],
  ];
}

const WHAT: Readonly<Record<Moment['what'], string>> = {
  written: 'written',
  removed: 'REMOVED',
  returned: 'is back',
  unrecorded: 'copied',
};

/** Ids of versions and ETags have 32 characters and more, so that each has a line of its own. */
function tableOf(moments: readonly Moment[], isListed: boolean): string {
  const table = new Table({
    head: ['in the source', '', 'size', 'copied', 'lag'],
    colWidths: [27, 9, 13, 12, 13],
    style: { head: [], border: [] },
    wordWrap: true,
  });
  for (const moment of moments) {
    const { since, knownBy, what, source, listed } = moment;
    const bytes = source?.size ?? listed?.size;
    const copied = what === 'returned' ? undefined : copiedAt(moment);
    table.push([
      `${clock(since)} ${MARKS[knownBy]}`.trimEnd(),
      WHAT[what],
      bytes === undefined ? '' : size(bytes),
      copied === undefined ? '' : sameDay(since, copied) ? clock(copied).slice(11, 19) : clock(copied).slice(0, 10),
      copied === undefined || knownBy === 'replica' ? '' : lag(since, copied),
    ]);
    const details = detailsOf(moment, isListed);
    if (details.length > 0) table.push([{ colSpan: 5, content: details.join('\n'), wordWrap: false }]);
  }
  return table.toString();
}

function detailsOf({ source, replica, listed }: Moment, isListed: boolean): readonly string[] {
  if (replica === undefined) return [];
  const lines = [
    ...(source?.versionId === undefined ? [] : [`source   ${source.versionId}`]),
    `replica  ${replica.versionId}${listed === undefined ? (isListed ? '  GONE from the bucket' : '') : storage(listed)}`,
    `ETag     ${source?.etag ?? replica.etag}`,
    ...(source === undefined || source.etag === replica.etag ? [] : [`ETag of the replica  ${replica.etag}`]),
  ];
  return lines.map((line) => (line.length <= WIDEST ? line : `${line.slice(0, WIDEST - 1)}…`));
}

/** Within borders and margins. */
const WIDEST = 76;

function storage({ isLatest, storageClass }: ListedVersion): string {
  const notes = [...(isLatest ? ['current'] : []), ...(storageClass === undefined ? [] : [storageClass])];
  return notes.length === 0 ? '' : `  ${notes.join(', ')}`;
}

function markerText({ lastModified, isLatest }: ListedVersion): string {
  const now = isLatest ? 'it is current: the next look at the key copies it again' : 'it is covered by a newer version';
  return `Delete marker of the destination's own, ${clock(lastModified).slice(0, 19)}:\n  ${now}`;
}

function copiedAt({ copiedAt: at, listed }: Moment): Date | undefined {
  return at ?? listed?.lastModified;
}

/** `2026-11-21 10:00:00.123`. */
function clock(date: Date): string {
  return date.toISOString().slice(0, 23).replace('T', ' ');
}

function sameDay(one: Date, other: Date): boolean {
  return clock(one).slice(0, 10) === clock(other).slice(0, 10);
}

function lag(since: Date, copied: Date): string {
  const seconds = Math.max(0, (copied.getTime() - since.getTime()) / 1000);
  return seconds < 60 ? `${seconds.toFixed(1)} s` : duration(seconds);
}
