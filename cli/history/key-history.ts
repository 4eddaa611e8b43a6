import type { ListedVersion } from '../../shared/listing/listed-version.ts';
import type { Moment } from '../../shared/ledger/moment.ts';

/** What is known of a key at one destination, newest first. */
export interface KeyHistory {
  readonly destination: string;
  readonly region: string;
  readonly moments: readonly Moment[];
  /** Of the destination's own bucket: whoever made them, they say nothing of the source. */
  readonly deleteMarkers: readonly ListedVersion[];
  /** What of it could not be read: then there may be more. */
  readonly unread: readonly Unread[];
}

export interface Unread {
  /** The table of the history, that of the ledger, or the versions that the bucket holds. */
  readonly what: 'history' | 'ledger' | 'bucket';
  /** In words, with what helps. */
  readonly why: string;
}
