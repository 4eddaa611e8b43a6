import { count } from '../../shared/report/in-words.ts';
import type { ExpectedAlarms } from './expected-alarms.ts';
import { isUnread } from './reading.ts';
import type { Reading } from './reading.ts';

/** Something that somebody should know of. */
export interface Matter {
  /** The bucket. */
  readonly about: string;
  readonly what: string;
  readonly remedy: string;
}

/** The worst first. */
export const KINDS = [
  'not deployed',
  'gone',
  'no events',
  'stopped',
  'failed',
  'behind',
  'changed',
  'not proved',
  'alarm',
  'unread',
  'untold',
  'notice',
] as const;

export interface Found extends Matter {
  readonly kind: (typeof KINDS)[number];
  /** There is no such thing: the stack that makes it says more, if it is not deployed, or if somebody has deleted it. */
  readonly missing?: true;
}

export interface Standards {
  /** That was looked at: the one whose credentials are in use. */
  readonly account: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Hours after which a completed run is missed; see `runPatience`. */
  readonly runPatience: number | undefined;
  /** Minutes that events are given. */
  readonly eventMinutes: number;
  readonly expectedAlarms: ExpectedAlarms;
}

export function notDeployed(about: string, what: string, stack: string): Found {
  return { kind: 'not deployed', about, what: `${what} is not deployed`, remedy: `npx cdk deploy ${stack}` };
}

export function unread(about: string, what: string, reading: Reading<object>, actions: string): readonly Found[] {
  if (!isUnread(reading)) return [];
  return [
    {
      kind: 'unread',
      about,
      what: `${what} could not be read: ${reading.unread}`,
      remedy: reading.missing ? 'Is its stack deployed to its end?' : `The credentials in use need ${actions}.`,
      ...(reading.missing && { missing: true }),
    },
  ];
}

export function isMissing(reading: Reading<object>): boolean {
  return isUnread(reading) && reading.missing === true;
}

export const NONE = { waiting: 0, delayed: 0, inFlight: 0 };

export function messages(number: number): string {
  return number === 1 ? '1 message' : `${count(number)} messages`;
}

export function are(number: number): string {
  return number === 1 ? 'is' : 'are';
}
