import type { AlarmHeading } from '../../shared/alarm-names.ts';
import type { AlarmRule } from './alarm.ts';
import { AGAIN_IN_3_HOURS, AT_ONCE, THRICE_IN_AN_HOUR } from './alarm-windows.ts';
import { functionMetric } from './watched-metrics.ts';

/** Of any function, under these headings. */
export function errorAlarms(
  functionName: string,
  { errors, throttled }: { readonly errors: AlarmHeading; readonly throttled: AlarmHeading },
): readonly AlarmRule[] {
  const events = eventsOf(functionName);
  return [
    {
      ...events,
      heading: errors,
      says: `The function ${functionName} has crashed, or run out of time or memory, more than once in three hours.`,
      metric: functionMetric('Errors', functionName),
      window: AGAIN_IN_3_HOURS,
    },
    {
      ...events,
      heading: throttled,
      says: `Lambda had no room for the function ${functionName}, again and again.`,
      metric: functionMetric('Throttles', functionName),
      window: THRICE_IN_AN_HOUR,
    },
  ];
}

/** Of the function of a destination: only what an event has started can be a part of a loop. */
export function replicateAlarms(functionName: string): readonly AlarmRule[] {
  return [
    ...errorAlarms(functionName, { errors: 'Function errors', throttled: 'Function throttled' }),
    {
      ...eventsOf(functionName),
      heading: 'Recursive invocations dropped',
      says: `Lambda takes the function ${functionName} for a part of a loop, and has dropped invocations.`,
      metric: functionMetric('RecursiveInvocationsDropped', functionName),
      window: AT_ONCE,
    },
  ];
}

function eventsOf(functionName: string) {
  const look = `the log group /aws/lambda/${functionName}`;
  return { look, statistic: 'Sum', limit: { above: 0 }, noData: 'notBreaching' } as const;
}
