import { time } from '../../shared/report/in-words.ts';
import { alarmName } from '../../shared/alarm-names.ts';
import type { AlarmHeading } from '../../shared/alarm-names.ts';
import type { Alarm } from './facts.ts';
import type { Found, Standards } from './found.ts';

/** What the alarms of a bucket say, and whether all are there that must be. */
export function aboutAlarms(
  about: string,
  alarms: readonly Alarm[],
  { now, region, expected }: Pick<Standards, 'now'> & { readonly region: string; readonly expected: Expected },
): readonly Found[] {
  return [
    ...aboutMissing(about, alarms, expected),
    ...aboutSilenced(about, alarms, region),
    ...aboutStates(about, alarms, now),
  ];
}

/** Headings by the stack that makes these alarms. */
type Expected = Readonly<Record<string, readonly AlarmHeading[]>>;

/** What is not there speaks as little as what has nothing to say. */
function aboutMissing(about: string, alarms: readonly Alarm[], expected: Expected): readonly Found[] {
  const names = new Set(alarms.map(({ name }) => name));
  return Object.entries(expected).flatMap(([stack, headings]): Found[] => {
    const missing = headings.filter((heading) => !names.has(alarmName(about, heading)));
    if (missing.length === 0) return [];
    return [
      {
        kind: 'alarm',
        about,
        what: `${missing.length} of its ${headings.length} alarms of the stack ${stack} are not there: ${missing.join(', ')}`,
        remedy: `npx cdk deploy ${stack}. If that finds nothing to change, somebody has deleted them: see "Alarms that are gone" in docs/RUNBOOK.md.`,
      },
    ];
  });
}

function aboutSilenced(about: string, alarms: readonly Alarm[], region: string): readonly Found[] {
  const silenced = alarms.filter((alarm) => alarm.silenced).map(({ name }) => name);
  if (silenced.length === 0) return [];
  const quoted = silenced.map((name) => `"${name}"`);
  return [
    {
      kind: 'untold',
      about,
      what: `the actions of these alarms are switched off, so that they tell nobody: ${quoted.join(', ')}`,
      remedy: `When it is over: aws cloudwatch enable-alarm-actions --region ${region} --alarm-names ${quoted.join(' ')}`,
    },
  ];
}

function aboutStates(about: string, alarms: readonly Alarm[], now: number): readonly Found[] {
  const found = alarms.flatMap(({ name, state, since, reason }): Found[] => {
    const remedy = `See "${name.slice(about.length + 1)}" in docs/RUNBOOK.md.`;
    if (state === 'ALARM')
      return [
        {
          kind: 'alarm',
          about,
          what: `the alarm "${name}" is on${since === undefined ? '' : ` since ${time(since)}`}${reason === '' ? '' : `: ${reason}`}`,
          remedy,
        },
      ];
    if (state !== 'INSUFFICIENT_DATA' || isNew(since, now)) return [];
    return [{ kind: 'alarm', about, what: `the alarm "${name}" has no data, and cannot speak`, remedy }];
  });
  return [...found, ...aboutNew(about, alarms, now)];
}

function aboutNew(about: string, alarms: readonly Alarm[], now: number): readonly Found[] {
  const names = alarms.filter(({ state, since }) => state === 'INSUFFICIENT_DATA' && isNew(since, now));
  if (names.length === 0) return [];
  const quoted = names.map(({ name }) => `"${name}"`).join(', ');
  const remedy = 'Nothing: each gets its state within minutes of being made, or of its first data.';
  return [{ kind: 'notice', about, what: `these alarms have no data yet: ${quoted}`, remedy }];
}

/** One that was just made has not been evaluated yet. */
function isNew(since: string | undefined, now: number): boolean {
  return since !== undefined && now - Date.parse(since) < NEW_ALARM_MS;
}

const NEW_ALARM_MS = 3_600_000;
