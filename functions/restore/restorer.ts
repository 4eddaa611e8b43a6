import { restorerRoleName } from '../../shared/names.ts';
import type { Place } from './request.ts';

/** The ARN of the role of a destination in which it is read, and what is read of it is written. */
export function restorerOf({ bucket, account }: Pick<Place, 'bucket' | 'account'>, partition: string): string {
  return `arn:${partition}:iam::${account}:role/${restorerRoleName(bucket)}`;
}
