/** The inboxes, by the bucket's name. Times in milliseconds since 1970. */
export type Settling = Readonly<Record<string, InboxSettling>>;

/** What is remembered from one look to the next. */
export interface SettlingState {
  readonly looks?: number | undefined;
  readonly inboxes?: Settling | undefined;
}

export interface InboxSettling {
  /** Since when every look has found it empty. */
  readonly emptySince?: number;
  /** Since when the ledger shows that everything was looked at, though some of it failed. */
  readonly seenSince?: number;
  /** When it last held fewer messages than ever before, or more was looked at. */
  readonly progressAt: number;
  readonly fewest: number;
  readonly lookedAt?: number;
  readonly startedAt: number;
  readonly over?: 'settled' | 'failing' | 'paused' | 'out of patience' | undefined;
}
