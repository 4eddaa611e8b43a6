/**
 * After how many hours without a completed run something is wrong, by the schedule; `undefined` where a schedule is too odd to tell, such
 * as one of working days. A run is given two hours more than the time between two.
 */
export function runPatience(schedule: string): number | undefined {
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(schedule);
  if (rate !== null) {
    const [, number = '1', unit = ''] = rate;
    return Number(number) * (HOURS.get(unit) ?? 1) + 2;
  }
  const [, fields = ''] = /^cron\((.*)\)$/.exec(schedule) ?? [];
  const [, , dayOfMonth = '', month, dayOfWeek = '', year] = fields.trim().split(/\s+/);
  const daily =
    [dayOfMonth, dayOfWeek].every((field) => field === '*' || field === '?') && month === '*' && year === '*';
  return daily ? 26 : undefined;
}

const HOURS: ReadonlyMap<string, number> = new Map([
  ['minute', 1 / 60],
  ['hour', 1],
  ['day', 24],
]);
