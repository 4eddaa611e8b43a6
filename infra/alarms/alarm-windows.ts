import { Duration } from 'aws-cdk-lib';
import type { Window } from './alarm.ts';

const MINUTES_5 = Duration.minutes(5);

/** As soon as it happens. */
export const AT_ONCE: Window = { period: MINUTES_5, periods: 1, beyond: 1 };

/** Not for what passes: a crash makes a message come back after an hour, so that a function that only crashes does so twice in three hours. */
export const AGAIN_IN_3_HOURS: Window = { period: MINUTES_5, periods: 36, beyond: 2 };

export const THRICE_IN_AN_HOUR: Window = { period: MINUTES_5, periods: 12, beyond: 3 };

/** A key that fails is tried after 1, 2, 4 … 60 minutes, in the end every hour: three such attempts are within two and a half hours. */
export const THRICE_AS_TRIED_AGAIN: Window = { period: MINUTES_5, periods: 30, beyond: 3 };

/** What the last run of the reconcile said stands until the next one. */
export const A_DAY: Window = { period: Duration.days(1), periods: 1, beyond: 1 };

/** Both of two days: also where no data mean the worst. */
export const TWO_DAYS: Window = { period: Duration.days(1), periods: 2, beyond: 2 };

/**
 * Each hour of so many. CloudWatch looks at some hours more than it is told to where data are missing, so that the alarm may come so much later.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
export function everyHourOf(hours: number): Window {
  return { period: Duration.hours(1), periods: hours, beyond: hours };
}
