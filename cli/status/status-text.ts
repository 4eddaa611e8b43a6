import { count, duration, objects, printable, time } from '../../shared/report/in-words.ts';
import type { QueueDepth } from '../../shared/topic/queue.ts';
import type {
  Activity,
  Address,
  Alarm,
  Counted,
  DestinationFacts,
  Facts,
  RehearsalFacts,
  SourceFacts,
} from './facts.ts';
import type { Matter } from './found.ts';
import { isDeployedNowhere } from './judge.ts';
import type { Verdict } from './judge.ts';
import { isUnread, known } from './reading.ts';
import type { Reading } from './reading.ts';
import { table } from './table.ts';

/** Marks for a terminal; `plain` where it has none. */
export type Paint = (how: 'green' | 'red' | 'yellow', text: string) => string;

export const plain: Paint = (_, text) => text;

/**
 * What was found, for a terminal of 80 columns: the sentence, what is to be done, and a line for each destination; `verbose`: a table with all that was
 * looked at for each bucket.
 */
export function statusText(
  facts: Facts,
  verdict: Verdict,
  { now, verbose, paint }: { readonly now: number; readonly verbose: boolean; readonly paint: Paint },
): string {
  const { source, destinations } = facts;
  if (isDeployedNowhere(facts) && !verbose) return paint('red', printable(verdict.headline));
  const shown = verbose
    ? [
        blockOf(`${source.bucket} (${source.region}), the source`, sourceRows(source)),
        ...destinations.map((one) => blockOf(`${one.bucket} (${one.region})`, rowsOf(one, source, now))),
      ]
    : [summaryOf(facts, now)];
  return [
    paint(verdict.state === 'well' ? 'green' : 'red', printable(verdict.headline)),
    ...shown.map(printable),
    ...verdict.problems.map((matter) => `${paint('red', '!')} ${printable(told(matter))}`),
    ...verdict.notices.map((matter) => `${paint('yellow', '-')} ${printable(told(matter))}`),
    ...(verbose ? [] : ['All that was looked at: npm run status -- --verbose']),
  ].join('\n\n');
}

function told({ about, what, remedy }: Matter): string {
  return `${about}: ${what}\n  ${remedy}`;
}

/** A line for each destination, as much as fits. */
function summaryOf({ source, destinations }: Facts, now: number): string {
  const runs = known(source.runs);
  const rows = destinations.map(({ bucket, inbox, failed, activity, alarms }) => [
    bucket,
    brief(activity, ({ lastCopy: at }) => (at === undefined ? 'none in a day' : ago(at, now))),
    brief(inbox, waiting),
    brief(failed, waiting),
    runs?.destinations[bucket]?.provedEqualAsOf === undefined
      ? 'never'
      : ago(runs.destinations[bucket].provedEqualAsOf, now),
    brief(alarms, (all) => `${all.filter(({ state }) => state === 'OK').length}/${all.length}`),
  ]);
  return table(rows, {
    head: ['destination', 'last copy', 'inbox', 'failed', 'proved equal', 'alarms'],
    widths: [18, 15, 7, 8, 17, 8],
  });
}

function waiting({ waiting: ready, delayed, inFlight }: QueueDepth): string {
  const all = ready + delayed + inFlight;
  return all === 0 ? 'empty' : count(all);
}

function brief<T extends object>(reading: Reading<T>, inWords: (value: T) => string): string {
  if (!isUnread(reading)) return inWords(reading);
  return reading.missing ? 'GONE' : 'UNREAD';
}

type Row = readonly [string, string];

function blockOf(title: string, rows: readonly Row[]): string {
  return `${title}\n${table(rows, { widths: [21, 56] })}`;
}

function sourceRows({ undelivered, events, runs, alarms, addresses }: SourceFacts): readonly Row[] {
  return [
    [
      'tells the topic of',
      said(events, ({ told }) => ({ all: 'all that is put', some: 'SOME of what is put', nothing: 'NOTHING' })[told]),
    ],
    ['undelivered', said(undelivered, depth)],
    [
      'last reconcile',
      said(runs, ({ last, underWay }) =>
        [
          last === undefined ? 'none has ended' : `${time(last.startedAt)}: ${last.status}`,
          ...(underWay === undefined ? [] : ['one is under way']),
        ].join('; '),
      ),
    ],
    ['alarms', said(alarms, alarmsInWords)],
    ['not told by e-mail', said(addresses, notTold)],
  ];
}

function rowsOf(one: DestinationFacts, source: SourceFacts, now: number): readonly Row[] {
  const { bucket, inbox, failed, feed, activity, trouble, alarms } = one;
  const memory = known(source.runs)?.destinations[bucket];
  return [
    ['last copy', said(activity, (did) => lastCopy(did, now))],
    ['lag', said(activity, (did) => lag(did, now))],
    ['inbox', said(inbox, depth)],
    ['failed queue', said(failed, depth)],
    [
      'in trouble',
      said(trouble, ({ failed, cannot }) => `${counted(failed)} failed, ${counted(cannot)} cannot be copied`),
    ],
    [
      'takes messages',
      said(feed, ({ state, pausedSince }) => (pausedSince === undefined ? state : `paused since ${time(pausedSince)}`)),
    ],
    ['subscribed', said(source.topic, ({ confirmed, pending }) => subscribed(bucket, { confirmed, pending }))],
    ['last compared', said(source.runs, () => moment(memory?.completedAt, now))],
    ['proved equal as of', said(source.runs, () => moment(memory?.provedEqualAsOf, now))],
    ...rehearsalRows(bucket, source, now),
    ['alarms', said(alarms, alarmsInWords)],
  ];
}

function rehearsalRows(bucket: string, { rehearsals }: SourceFacts, now: number): readonly Row[] {
  if (rehearsals === undefined) return [];
  const inWords = (all: RehearsalFacts) => {
    const last = all[bucket];
    if (last === undefined) return 'none has ended';
    const { endedAt, succeeded, objects: number } = last;
    return `${moment(endedAt, now)}: ${succeeded ? `${objects(number)} came back` : 'FAILED'}`;
  };
  return [['restore rehearsed', said(rehearsals, inWords)]];
}

function notTold(addresses: readonly Address[]): string {
  const missing = addresses.filter(({ why }) => why !== 'nobody').map(({ address }) => address);
  const deaf = addresses.length - missing.length;
  if (missing.length === 0 && deaf > 0) return `no address is to be told by ${count(deaf)} topics`;
  return missing.length === 0 ? 'nobody: all who are to be told are' : missing.join(', ');
}

function said<T extends object>(reading: Reading<T>, inWords: (value: T) => string): string {
  if (!isUnread(reading)) return inWords(reading);
  return reading.missing ? 'NOT DEPLOYED' : `NOT READ: ${reading.unread}`;
}

function depth({ waiting, delayed, inFlight }: QueueDepth): string {
  if (waiting + delayed + inFlight === 0) return 'empty';
  return `${count(waiting)} waiting, ${count(delayed)} delayed, ${count(inFlight)} in flight`;
}

function lastCopy({ lastCopy, copied }: Activity, now: number): string {
  if (lastCopy === undefined) return 'none in 24 hours, by the metrics';
  return `${ago(lastCopy, now)}; ${objects(copied)} in 24 hours`;
}

function lag({ lag, lagAt, oldestSeconds }: Activity, now: number): string {
  const parts = [
    ...(lag === undefined || lagAt === undefined
      ? ['nothing in 24 hours, by the metrics']
      : [`${lag < 1000 ? 'under 1 s' : duration(lag / 1000)} at most, ${ago(lagAt, now)}`]),
    ...(oldestSeconds === undefined || oldestSeconds === 0 ? [] : [`oldest message ${duration(oldestSeconds)}`]),
  ];
  return parts.join('; ');
}

function subscribed(
  bucket: string,
  { confirmed, pending }: { confirmed: readonly string[]; pending: readonly string[] },
): string {
  if (confirmed.includes(bucket)) return 'yes, and confirmed';
  return pending.includes(bucket) ? 'NOT CONFIRMED' : 'NO';
}

function alarmsInWords(alarms: readonly Alarm[]): string {
  if (alarms.length === 0) return 'there are none';
  const loud = alarms.filter(({ state }) => state !== 'OK');
  const quiet = `${count(alarms.length - loud.length)} of ${count(alarms.length)} OK`;
  return [quiet, ...loud.map(({ name, state }) => `${state}: ${name}`)].join('\n');
}

function moment(at: string | undefined, now: number): string {
  return at === undefined ? 'never' : `${time(at)}, ${ago(at, now)}`;
}

function ago(at: string, now: number): string {
  return `${duration((now - Date.parse(at)) / 1000)} ago`;
}

function counted({ objects: number, orMore }: Counted): string {
  return `${count(number)}${orMore ? ' or more' : ''}`;
}
