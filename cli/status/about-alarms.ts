import { time } from '../../shared/report/in-words.ts';
import type { Alarm } from './facts.ts';
import type { Found, Standards } from './found.ts';

/** What the alarms of a bucket say. */
export function aboutAlarms(about: string, alarms: readonly Alarm[], { now }: Standards): readonly Found[] {
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
