import type { Bucket } from '../../../shared/objects/bucket.ts';
import type { DestinationAddress } from '../../../shared/topic/discover.ts';
import type { ListedBucket } from '../../../shared/listing/listing.ts';
import type { RehearsalMetric } from '../../../shared/metrics.ts';
import type { World } from '../world.ts';
import type { Rehearsal } from './rehearsal.ts';

/** What rehearsals need beside what restores need. */
export interface RehearsalWorld extends World {
  /** What one rehearsal may look at, and no more. */
  readonly rehearse: (rehearsal: Rehearsal) => Rehearsed;
  /** Those that are subscribed to the topic of the source, and what is wrong with others. */
  destinations(): Promise<{
    readonly destinations: readonly DestinationAddress[];
    readonly problems: readonly string[];
  }>;
  /** Starts the rehearsal, unless there is one of its token. */
  start(rehearsal: Rehearsal): Promise<void>;
  /** In the destination's own Region, where its alarms are. @throws if they cannot be put. */
  putMetrics(from: Rehearsal['from'], metrics: RehearsalMetrics): Promise<void>;
  /** Absent: there are none. */
  readonly rehearsals: RehearsalSettings | undefined;
}

export type RehearsalMetrics = Readonly<Partial<Record<RehearsalMetric, number>>>;

export interface RehearsalSettings {
  /** Objects that are drawn by lot. */
  readonly objects: number;
  /** Of all that one rehearsal restores. */
  readonly maxBytes: number;
  /** For so many days a destination keeps its history at least. */
  readonly historyDays: number;
  /** In the Region and account of the restore function. */
  readonly scratchBucket: string;
}

/** Through the role that restores take at the destination. */
export interface Rehearsed {
  readonly listed: Pick<ListedBucket, 'pages' | 'level'>;
  /** A version of each key of the destination; without: the current one. */
  readonly replica: (versionId?: string) => Bucket;
  readonly source: Bucket;
  /** What the rehearsal has put into the scratch bucket, by the keys that it has elsewhere. */
  readonly scratch: Bucket;
}

/** @throws {Error} where there are no rehearsals. */
export function rehearsalSettings<Settings extends RehearsalSettings>({
  rehearsals,
}: {
  readonly rehearsals: Settings | undefined;
}): Settings {
  if (rehearsals !== undefined) return rehearsals;
  throw new Error('There are no rehearsals: the configuration says rehearsal: false');
}
