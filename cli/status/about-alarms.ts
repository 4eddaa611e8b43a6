import { time } from '../../functions/reconcile/report/in-words.ts';
import { alarmName } from '../../shared/alarm-names.ts';
import type { AlarmHeading } from '../../shared/alarm-names.ts';
import type { Alarm } from './facts.ts';
import type { Found, Standards } from './found.ts';

/** What the alarms of a bucket say, and whether all are there that must be. */
export function aboutAlarms(
  about: string,
  alarms: readonly Alarm[],
  { now, expected }: Pick<Standards, 'now'> & { readonly expected: Expected },
): readonly Found[] {
  return [
    ...aboutMissing(about, alarms, expected),
    ...aboutSilenced(about, alarms),
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
        remedy: `npx cdk deploy ${stack}. If that finds nothing to change, somebody has deleted them: see "Alarms that are gone" in RUNBOOK.md.`,
      },
    ];
  });
}

function aboutSilenced(about: string, alarms: readonly Alarm[]): readonly Found[] {
  const silenced = alarms.filter((alarm) => alarm.silenced).map(({ name }) => name);
  if (silenced.length === 0) return [];
  const quoted = silenced.map((name) => `"${name}"`);
  return [
    {
      kind: 'untold',
      about,
      what: `the actions of these alarms are switched off, so that they tell nobody: ${quoted.join(', ')}`,
      remedy: `When it is over: aws cloudwatch enable-alarm-actions --alarm-names ${quoted.join(' ')}`,
    },
  ];
}

function aboutStates(about: string, alarms: readonly Alarm[], now: number): readonly Found[] {
  return alarms.flatMap((alarm): Found[] => {
    const { name, state, since, reason } = alarm;
    const lasts = since === undefined ? Infinity : now - Date.parse(since);
    const remedy = `See "${name.slice(about.length + 1)}" in RUNBOOK.md.`;
    if (state === 'ALARM')
      return [
        {
          kind: 'alarm',
          about,
          what: `the alarm "${name}" is on${since === undefined ? '' : ` since ${time(since)}`}${reason === '' ? '' : `: ${reason}`}`,
          remedy,
        },
      ];
    if (state !== 'INSUFFICIENT_DATA') return [];
    // One that was just made has not been evaluated yet.
    if (lasts < NEW_ALARM_MS)
      return [{ kind: 'notice', about, what: `the alarm "${name}" has no data yet`, remedy: 'Nothing, if it is new.' }];
    return [{ kind: 'alarm', about, what: `the alarm "${name}" has no data, and cannot speak`, remedy }];
  });
}

const NEW_ALARM_MS = 3_600_000;
