import type { ExpiryRule } from '../../shared/expiry.ts';
import type { Files } from '../../shared/runs/files.ts';
import type { LedgerReader } from '../../shared/ledger/ledger.ts';
import type { KeyRange, ListedBucket } from '../../shared/listing/listing.ts';
import type { ObjectKey } from '../../shared/objects/object-key.ts';
import type { GivenBack } from '../../shared/s3/s3-given-back.ts';
import type { Told } from '../../shared/topic/told-of.ts';
import type { Subscription } from '../../shared/topic/subscriptions-to.ts';
import type { DestinationAddress } from '../../shared/topic/discover.ts';
import type { RunMetric } from '../../shared/metrics.ts';

/** Everything around the steps of a run. */
export interface World {
  readonly source: ListedBucket;
  /** What of a range has been given back from its archive, and is to be read for some time; asked part by part, in ascending order. */
  givenBack(range: KeyRange): GivenBack;
  /** The reports bucket. */
  readonly files: Files;
  /** All subscriptions to the topic, of all pages. */
  subscriptions(): Promise<readonly Subscription[]>;
  /** Of what the source tells the topic. @throws if that cannot be read. */
  toldOf(): Promise<Told>;
  /**
   * A destination as its observer role shows it.
   *
   * @throws if the role cannot be assumed.
   */
  observe(destination: DestinationAddress): Promise<Observed>;
  /** Whether that execution of the state machine still runs. */
  isRunning(execution: string): Promise<boolean>;
  /** To those who want to be told. */
  tell(subject: string, text: string): Promise<void>;
  readonly log: Log;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds until the invocation ends. */
  readonly remaining: () => number;
  readonly settings: ReconcileSettings;
}

export interface Log {
  info(message: string, about: object): void;
  warn(message: string, about: object): void;
  error(message: string, about: object): void;
}

export interface ReconcileSettings {
  readonly source: { readonly bucket: string; readonly owner: string; readonly region: string };
  readonly topicArn: string;
  /** Where the files of the runs are. */
  readonly reportsBucket: string;
  /** Bytes that a run may repair at one destination. */
  readonly maxBytesPerRun: number;
  /** How long the event path may take, in minutes: a younger difference is left to it. */
  readonly eventMinutes: number;
  /** How long an inbox must have been empty to count as settled. */
  readonly quietSeconds: number;
  /** How long after its start a run that a deploy started sweeps again. */
  readonly secondPassSeconds: number;
  /** Listings that an invocation reads at a time. */
  readonly listings: number;
  /** Which equal objects are compared by more than listings each night; absent: none. */
  readonly scrub?: ScrubSettings | undefined;
}

export interface ScrubSettings {
  /** The part of the keys that has its turn each night. */
  readonly share: number;
  /** Bytes of objects, as listed, that a run has compared at one destination. */
  readonly maxBytesPerRun: number;
  /** Larger objects are compared by their checksums. */
  readonly maxObjectBytes: number;
}

/** What may be done at a destination, through the role that it owns. */
export interface Observed {
  readonly bucket: ListedBucket;
  readonly ledger: LedgerReader;
  readonly inbox: ObservedInbox;
  /** How its lifecycle expires objects. @throws if that cannot be read. */
  expiryRules(this: void): Promise<readonly ExpiryRule[]>;
  /** @throws if they cannot be put. */
  putMetrics(metrics: RunMetrics): Promise<void>;
}

export interface ObservedInbox {
  /** Sends keys to be looked at; or, `compare`, to be compared by that. @throws if one message could not be sent. */
  send(keys: readonly ObjectKey[], compare?: 'bytes' | 'checksums'): Promise<void>;
  state(): Promise<InboxState>;
}

export interface InboxState {
  /** Messages that are waiting, delayed, or being worked on. */
  readonly messages: number;
  readonly paused: boolean;
}

/** What a run says of one destination in numbers. */
export type RunMetrics = Readonly<Partial<Record<RunMetric, number>>>;
