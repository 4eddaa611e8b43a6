import type { AlarmRule } from './alarm.ts';
import { AGAIN_IN_3_HOURS, AT_ONCE, THRICE_IN_AN_HOUR } from './alarm-windows.ts';
import { functionMetric } from './watched-metrics.ts';

export function functionAlarms(functionName: string): readonly AlarmRule[] {
  const look = `the log group /aws/lambda/${functionName}`;
  const events = { look, statistic: 'Sum', limit: { above: 0 }, noData: 'notBreaching' } as const;
  return [
    {
      ...events,
      heading: 'Function errors',
      says: `The function ${functionName} has crashed, or run out of time or memory, more than once in three hours.`,
      metric: functionMetric('Errors', functionName),
      window: AGAIN_IN_3_HOURS,
    },
    {
      ...events,
      heading: 'Function throttled',
      says: `Lambda had no room for the function ${functionName}, again and again.`,
      metric: functionMetric('Throttles', functionName),
      window: THRICE_IN_AN_HOUR,
    },
    {
      ...events,
      heading: 'Recursive invocations dropped',
      says: `Lambda takes the function ${functionName} for a part of a loop, and has dropped invocations.`,
      metric: functionMetric('RecursiveInvocationsDropped', functionName),
      window: AT_ONCE,
    },
  ];
}
