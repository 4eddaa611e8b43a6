/** Why a request to AWS failed, in words, and what helps. */
export interface Cause {
  readonly kind: CauseKind;
  readonly why: string;
  /** Absent where only whoever asked can know. */
  readonly remedy?: string;
}

/** The first seven are of the whole connection, and not of what was asked for. */
export type CauseKind =
  | 'network'
  | 'proxy'
  | 'no credentials'
  | 'expired'
  | 'not accepted'
  | 'clock'
  | 'not AWS'
  | 'throttled'
  | 'AWS'
  | 'Region'
  | 'denied'
  | 'listing'
  | 'other';

export const OF_THE_CONNECTION: ReadonlySet<CauseKind> = new Set([
  'network',
  'proxy',
  'no credentials',
  'expired',
  'not accepted',
  'clock',
  'not AWS',
]);

/** Whether every other request would fail for the same reason. */
export function isOfTheConnection(kind: CauseKind): boolean {
  return OF_THE_CONNECTION.has(kind);
}
