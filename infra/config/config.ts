// oxlint-disable max-lines -- one form, field by field, with what an editor shows of each; it is read from top to bottom
import type { LogLevel } from '../../shared/log-levels.ts';
import type { StorageClass } from '../../shared/objects/storage-classes.ts';
import type { LOCK_MODES } from './lock-modes.ts';

/** What `replicator.config.ts` exports: which bucket is copied to which others. */
export interface Configuration {
  readonly replicators: readonly ReplicatorConfiguration[];
}

/** One source and all its destinations. */
export interface ReplicatorConfiguration {
  /** The bucket that is copied. */
  readonly source: SourceConfiguration;
  /** At least one. Each gets a stack of its own, which can be deployed and deleted without touching another. */
  readonly destinations: readonly DestinationConfiguration[];
  /**
   * The nightly comparison of the whole source with all destinations, which repairs what differs and reports.
   *
   * @default every night at 01:00 UTC
   */
  readonly reconcile?: ReconcileConfiguration;
  /**
   * The e-mail addresses that get alarms and reports. SNS asks each to confirm first, once for the reports and once for each Region.
   *
   * @default those of `reconcile.notify`
   */
  readonly notify?: readonly string[];
  /** When alarms fire, and the dashboards. */
  readonly alarms?: AlarmsConfiguration;
  /**
   * What the functions log: `DEBUG`, everything; `INFO`, one line for each key; `WARN`, only what needs attention; `ERROR`, only failures.
   *
   * @default 'INFO'
   */
  readonly logLevel?: LogLevel;
  /**
   * A small object, `.fanout-canary/heartbeat`, that a function overwrites in the source again and again. An alarm fires if it does not arrive
   * everywhere in time. `false` switches it off; the object stays.
   *
   * @default every 15 minutes; `false` if the source has `existing: true`, as nothing is written into such a bucket unless you ask for it: `canary: {}`
   */
  readonly canary?: CanaryConfiguration | false;
  /**
   * The nightly comparison of the bytes of some objects, others each night, on both sides. `false` switches it off.
   *
   * @default a 365th of the objects each night, up to 10 gigabytes for each destination
   */
  readonly scrub?: ScrubConfiguration | false;
  /**
   * The trial restore on a schedule: objects of each destination are restored into a scratch bucket and compared byte for byte. `false` switches it off.
   *
   * @default every month: 100 random objects, the ten largest and the ten oldest, up to 10 gigabytes for each destination
   */
  readonly rehearsal?: RehearsalConfiguration | false;
}

export interface AlarmsConfiguration {
  /**
   * By how many minutes a destination may lag, 1 to 1,440.
   *
   * @default 15
   */
  readonly lagMinutes?: number;
  /**
   * Within how many hours a run of the reconcile must have compared all of a destination: at least the longest time between two starts of
   * `reconcile.schedule`, at most 168. `false`: no alarm fires when runs have stopped. A schedule of less than once a week needs `false`, as CloudWatch
   * looks back no further.
   *
   * @default two hours more than the longest time between two starts, at least 26
   */
  readonly runWithinHours?: number | false;
  /**
   * Whether each Region gets a dashboard. CloudWatch charges $3 a month for each after an account's first three.
   *
   * @default true
   */
  readonly dashboard?: boolean;
}

export interface CanaryConfiguration {
  /**
   * Every how many minutes it is overwritten, 1 to 720.
   *
   * @default 15
   */
  readonly everyMinutes?: number;
  /**
   * Within how many seconds it must arrive, 10 to 780; less than `everyMinutes`.
   *
   * @default 300
   */
  readonly withinSeconds?: number;
}

export interface ScrubConfiguration {
  /**
   * The share of the objects that is compared each night, more than 0, up to 1. With 1 / 365 each object is compared once a year.
   *
   * @default 1 / 365
   */
  readonly share?: number;
  /**
   * How many gigabytes (of 1024³ bytes) of objects one run compares for one destination; each is read on both sides. If more are due, some of them are
   * left out, others each time.
   *
   * @default 10
   */
  readonly maxGigabytesPerRun?: number;
  /**
   * Up to how many megabytes (of 1024² bytes) an object is read, up to 4096. Of larger ones only the checksums that S3 keeps are compared.
   *
   * @default 256
   */
  readonly maxObjectMegabytes?: number;
}

export interface RehearsalConfiguration {
  /**
   * When it starts, as an EventBridge Scheduler expression: `cron(minutes hours day-of-month month day-of-week year)`, or `rate(30 days)`.
   *
   * @default 'cron(0 4 1 * ? *)', on the first of each month
   */
  readonly schedule?: string;
  /**
   * The time zone of `schedule`, such as `Europe/Berlin`.
   *
   * @default 'UTC'
   */
  readonly timeZone?: string;
  /**
   * How many random objects it restores, others each time, 0 to 10,000. The ten largest and the ten oldest come on top.
   *
   * @default 100
   */
  readonly objects?: number;
  /**
   * How many gigabytes (of 1024³ bytes) of objects one rehearsal restores from one destination. An object of more than half of it, or of more than 10, is
   * left out, and so are archived objects.
   *
   * @default 10
   */
  readonly maxGigabytes?: number;
  /**
   * Within how many days a rehearsal of each destination must have succeeded, 1 to 1,000.
   *
   * @default three days more than the schedule leaves between two: 34 for one each month
   */
  readonly withinDays?: number;
}

export interface ReconcileConfiguration {
  /**
   * When it starts, as an EventBridge Scheduler expression: `cron(minutes hours day-of-month month day-of-week year)`, or
   * `rate(12 hours)`. A start while another run is under way is skipped, and reported.
   *
   * @default 'cron(0 1 * * ? *)'
   */
  readonly schedule?: string;
  /**
   * The time zone of `schedule`, such as `Europe/Berlin`. Where clocks change, an hour that does not exist is skipped that
   * day.
   *
   * @default 'UTC'
   */
  readonly timeZone?: string;
  /**
   * How many gigabytes (of 1024³ bytes) one run may repair at one destination. If more differs it repairs nothing there, and reports. A
   * destination's first run may copy all.
   *
   * @default 1024
   */
  readonly maxGigabytesPerRun?: number;
  /**
   * How many minutes events may take. What changed in the source within that time and differs is counted as young, not as drift.
   *
   * @default 15
   */
  readonly eventMinutes?: number;
  /**
   * How many invocations of the function list and compare at a time, 1 to 1,000.
   *
   * @default 20
   */
  readonly parallelism?: number;
  /**
   * The e-mail addresses that get the reports. SNS asks each to confirm first.
   *
   * @default those of `notify` of the replicator
   */
  readonly notify?: readonly string[];
  /**
   * For how many days reports are kept.
   *
   * @default 400
   */
  readonly reportRetentionDays?: number;
}

export interface BucketConfiguration {
  /** The bucket's name, 3 to 63 characters. */
  readonly bucket: string;
  /** The Region that the bucket is in, or will be created in, such as `eu-west-1`. */
  readonly region: string;
  /**
   * The account that owns the bucket, 12 digits.
   *
   * @default the account of the credentials with which the CDK runs
   */
  readonly account?: string;
  /**
   * Whether the bucket exists already. It is then left as it is: no setting, policy or notification of it is replaced;
   * a source gets one more notification. An existing destination should be versioned.
   *
   * @default false: the bucket is created (versioned, encrypted, private, TLS only), and kept when its stack is deleted
   */
  readonly existing?: boolean;
}

export interface SourceConfiguration extends BucketConfiguration {
  /**
   * The ARN of a topic that the bucket notifies already, for a bucket whose events go somewhere else: S3 gives each event to
   * one target only. The destinations then subscribe to that topic, and neither the topic nor the bucket's
   * notifications are touched. It must carry S3's own messages for `s3:ObjectCreated:*`, `s3:ObjectRemoved:*` and
   * `s3:LifecycleExpiration:*`, of all keys of this bucket and of no other bucket.
   *
   * @default a topic of our own, to which one notification is added
   */
  readonly topicArn?: string;
  /**
   * The ARNs of the KMS keys that encrypt objects of the bucket, so that the functions of the destinations may
   * decrypt them. (The policy of each key must admit the account, too.) Not needed for S3's own keys.
   *
   * @default none: objects that are encrypted with a KMS key fail
   */
  readonly kmsKeyArns?: readonly string[];
}

export interface DestinationConfiguration extends BucketConfiguration {
  /**
   * The storage class of the replicas, whatever the class in the source.
   *
   * @default 'STANDARD'
   */
  readonly storageClass?: StorageClass;
  /**
   * The encryption of the replicas: `'sse-s3'`, or `{ kmsKeyArn: 'arn:aws:kms:…' }`, one KMS key in the bucket's Region, with a Bucket Key. An existing
   * bucket that encrypts by default with a KMS key of yours needs that key here: only then may its function use the key.
   *
   * @default the default encryption of the bucket, which is `'sse-s3'` for a bucket that is created
   */
  readonly encryption?: Encryption;
  /**
   * How many invocations of the destination's function may run at a time, 2 to 1,000. Each works on up to 64 keys at
   * once.
   *
   * @default 10
   */
  readonly concurrency?: number;
  /**
   * For how many days the history of each key is kept, so that a restore to a point in time can go by the source's own times. It should be as long as
   * versions are kept.
   *
   * @default 400
   */
  readonly historyDays?: number;
  /**
   * How long replicas are kept, and in which storage class. An existing bucket has its own lifecycle, which is read and never written.
   *
   * @default Standard-IA after 30 days, Glacier Flexible Retrieval after 90; noncurrent versions are kept for 365
   */
  readonly retention?: RetentionConfiguration;
}

/** How long replicas are kept, and in which class, in a bucket that is created. Days count from when a replica was written. */
export interface RetentionConfiguration {
  /**
   * After how many days replicas move to Standard-IA, at least 30. Those of less than 128 KiB never move.
   *
   * @default 30 if `storageClass` is `STANDARD` or left out
   */
  readonly standardIaAfterDays?: number | false;
  /**
   * After how many days replicas move to Glacier Flexible Retrieval, from which it takes hours to get them back.
   *
   * @default 90, or 30 after the move to Standard-IA if that is later; `false` if `storageClass` is a colder one
   */
  readonly glacierAfterDays?: number | false;
  /**
   * After how many days current replicas expire, though the source still has the object. They become noncurrent versions, and are not copied again
   * until the source is rewritten.
   *
   * @default false
   */
  readonly expireAfterDays?: number | false;
  /**
   * For how many days a version is kept after it was replaced or expired.
   *
   * @default 365, or as long as `objectLock` locks if that is longer
   */
  readonly expireNoncurrentAfterDays?: number | false;
  /**
   * Whether a delete marker that is all that is left of a key is removed.
   *
   * @default true
   */
  readonly removeDeleteMarkers?: boolean;
  /**
   * After how many days an upload in parts that was never completed is aborted. A copy of a large object must be done by then.
   *
   * @default 7
   */
  readonly abortUploadsAfterDays?: number | false;
  /**
   * Locks each version from its copy on. Only a bucket that is yet to be created can get a lock here, and it keeps it.
   *
   * @default false
   */
  readonly objectLock?: ObjectLock | false;
}

export interface ObjectLock {
  /** `GOVERNANCE`: whoever has the permission to bypass it may remove a version sooner. `COMPLIANCE`: nobody may. */
  readonly mode: (typeof LOCK_MODES)[number];
  /** For how many days, 1 to 36,500. */
  readonly days: number;
}

export type Encryption = 'sse-s3' | { readonly kmsKeyArn: string };
