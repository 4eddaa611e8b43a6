import type { LogLevel } from '../../shared/log-levels.ts';
import type {
  AlarmsConfiguration,
  CanaryConfiguration,
  ScrubConfiguration,
  RehearsalConfiguration,
  ReconcileConfiguration,
  BucketConfiguration,
  SourceConfiguration,
  DestinationConfiguration,
  RetentionConfiguration,
} from './config.ts';

/** The configuration after the check, with all defaults filled in. */
export interface Replicator {
  readonly source: Source;
  readonly destinations: readonly Destination[];
  readonly reconcile: Reconcile;
  readonly alarms: Alarms;
  readonly logLevel: LogLevel;
  readonly canary: Canary | false;
  readonly scrub: Scrub | false;
  readonly rehearsal: Rehearsal | false;
}

export type Alarms = Required<AlarmsConfiguration> & { readonly notify: readonly string[] };

export type Canary = Required<CanaryConfiguration>;

export type Scrub = Required<ScrubConfiguration>;

export type Rehearsal = Required<RehearsalConfiguration>;

export type Reconcile = Required<ReconcileConfiguration>;

export type Source = Required<BucketConfiguration> & Pick<SourceConfiguration, 'topicArn' | 'kmsKeyArns'>;

export type Destination = Required<BucketConfiguration> &
  Required<Pick<DestinationConfiguration, 'concurrency' | 'historyDays'>> &
  Pick<DestinationConfiguration, 'storageClass' | 'encryption'> & {
    /** Absent where the bucket exists. */
    readonly retention?: Retention;
  };

export type Retention = Required<RetentionConfiguration>;
