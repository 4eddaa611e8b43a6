import { causeOf } from '../aws/cause-of.ts';
import { isOfTheConnection } from '../aws/cause.ts';

/** What was looked up, or why it could not be: it is shown as that, and never as well. */
export type Reading<T extends object> = T | Unread;

export interface Unread {
  /** What AWS answered. */
  readonly unread: string;
  /** There is no such thing: it is not deployed. */
  readonly missing?: true;
  /** Nothing else could be looked up either: no network, or credentials that AWS does not accept. */
  readonly connection?: true;
}

/** Never throws. */
export async function reading<T extends object>(look: () => Promise<T>): Promise<Reading<T>> {
  try {
    return await look();
  } catch (error) {
    const { kind, why, remedy } = causeOf(error);
    return {
      unread: remedy === undefined ? why : `${why}; ${remedy}`,
      ...(isOfTheConnection(kind) && { connection: true as const }),
      ...(error instanceof Error && isMissing(error) && { missing: true as const }),
    };
  }
}

export function isUnread(reading: object): reading is Unread {
  return 'unread' in reading;
}

/** The value, where it is known. */
export function known<T extends object>(reading: Reading<T>): T | undefined {
  return isUnread(reading) ? undefined : reading;
}

function isMissing({ name, message }: Error): boolean {
  // CloudFormation says of a stack that is not there that the request is not valid.
  return MISSING.has(name) || /^(Cannot find the stack .*|Stack .*) does not exist/s.test(message);
}

/** SQS, then Lambda and DynamoDB, then SNS. */
const MISSING: ReadonlySet<string> = new Set([
  'QueueDoesNotExist',
  'AWS.SimpleQueueService.NonExistentQueue',
  'ResourceNotFoundException',
  'NotFoundException',
]);
