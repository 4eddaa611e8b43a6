import type { Bucket } from '../../shared/objects/bucket.ts';
import type { CopyWorld } from '../../shared/copy/copy-world.ts';
import type { History } from '../../shared/ledger/dynamo-history.ts';
import type { Files } from '../../shared/runs/files.ts';
import type { ListedBucket } from '../../shared/listing/listing.ts';
import type { ObjectKey } from '../../shared/objects/object-key.ts';
import type { ReplicaSettings } from '../../shared/s3/s3-access.ts';
import type { VersionListing } from '../../shared/listing/version-listing.ts';
import type { Place, Tier } from './request.ts';
import type { Run } from './run.ts';

/** Everything around the steps of a run. */
export interface World {
  /** The reports bucket. */
  readonly files: Files;
  /** What a run may touch, and no more. */
  readonly open: (run: Pick<Run, 'token' | 'request' | 'target'>) => Opened;
  /** The buckets into which can be restored, as the role of that destination sees them. */
  readonly targets: (from: Place) => Targets;
  /** To those who want to be told. */
  tell(subject: string, text: string): Promise<void>;
  readonly log: Log;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** A number in [0, 1). */
  readonly random: () => number;
  /** Milliseconds until the invocation ends. */
  readonly remaining: () => number;
  readonly settings: RestoreSettings;
}

/** What one run reads and writes. */
export interface Opened {
  /** The destination that is read. */
  readonly listing: VersionListing;
  readonly levels: Pick<ListedBucket, 'level'>;
  readonly history: History | undefined;
  /** One version of each key of it. */
  readonly version: (versionId: string) => Bucket;
  /** Copies that version to the target, which is written so. */
  readonly copying: (versionId: string, settings: ReplicaSettings) => CopyWorld;
  /**
   * Asks for the bytes of an archived version, for some days; harmless to repeat.
   *
   * @throws {BucketError} if they cannot be had.
   */
  readonly thaw: (key: ObjectKey, of: Thaw) => Promise<void>;
}

export interface Thaw {
  readonly versionId: string;
  readonly storageClass: string | undefined;
  /** The archive tier of Intelligent-Tiering, if it is in one. */
  readonly archiveStatus: string | undefined;
  readonly tier: Tier;
}

export interface Targets {
  /**
   * Where a bucket of that name is, if it is there and ours; `undefined`: there is none.
   *
   * @throws {BucketError} if it is somebody else's.
   */
  find(bucket: string): Promise<Place | undefined>;
  /**
   * Makes a bucket that is private and versioned, with these tags; one that has them already gets what else it lacks.
   *
   * @throws {BucketError} also if there is another one.
   */
  make(place: Place, tags: Readonly<Record<string, string>>): Promise<void>;
  /** @throws {BucketError} */
  tagsOf(place: Place): Promise<Readonly<Record<string, string>>>;
  /** Whether IAM goes by the tags of that bucket. @throws {BucketError} */
  tellsIamOfTags(place: Place): Promise<boolean>;
  /**
   * Whether a bucket, the destination among them, keeps what is overwritten: its versioning is on, and not suspended.
   *
   * @throws {BucketError}
   */
  keepsVersions(place: Place): Promise<boolean>;
  /** Whether it is a destination, of whatever source. */
  isDestination(place: Place): Promise<boolean>;
}

export interface Log {
  info(message: string, about: object): void;
  warn(message: string, about: object): void;
  error(message: string, about: object): void;
}

export interface RestoreSettings {
  /** The account and Region into which new buckets go. */
  readonly region: string;
  readonly account: string;
  readonly source: string;
  /** Where the files of the runs are. */
  readonly reportsBucket: string;
  /** Keys worked on at the same time in one invocation. */
  readonly inFlight: number;
  /** Keys of which the ledger is asked at the same time. */
  readonly planned: number;
}
