import type { ListedVersion } from '../../shared/listing/listed-version.ts';
import type { Moment } from '../../shared/ledger/timeline.ts';

/** What is known of a key at one destination, newest first. */
export interface KeyHistory {
  readonly destination: string;
  readonly region: string;
  readonly moments: readonly Moment[];
  /** Of the destination's own bucket: whoever made them, they say nothing of the source. */
  readonly deleteMarkers: readonly ListedVersion[];
}
