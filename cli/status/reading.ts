/** What was looked up, or why it could not be: it is shown as that, and never as well. */
export type Reading<T extends object> = T | Unread;

export interface Unread {
  /** What AWS answered. */
  readonly unread: string;
  /** There is no such thing: it is not deployed. */
  readonly missing?: true;
}

/** Never throws. */
export async function reading<T extends object>(look: () => Promise<T>): Promise<Reading<T>> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof Error)) return { unread: String(error) };
    const said = error.message.startsWith('Cannot ') || error.name === 'Error' ? '' : `${error.name}: `;
    return { unread: `${said}${error.message}`, ...(isMissing(error) && { missing: true }) };
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
  return MISSING.has(name) || /^Cannot find the stack .* does not exist/s.test(message);
}

/** SQS, then Lambda and DynamoDB, then SNS. */
const MISSING: ReadonlySet<string> = new Set([
  'QueueDoesNotExist',
  'AWS.SimpleQueueService.NonExistentQueue',
  'ResourceNotFoundException',
  'NotFoundException',
]);
