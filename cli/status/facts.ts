import type { QueueDepth } from '../../shared/topic/queue.ts';
import type { ToldOf } from '../../shared/topic/told-of.ts';
import type { BucketFacts } from './buckets/bucket-facts.ts';
import type { Reading } from './reading.ts';
import type { StackFacts } from './stacks/stack-facts.ts';

/** What was found out about a source and its destinations: nothing is judged here. Times are ISO 8601 in UTC. */
export interface Facts {
  readonly source: SourceFacts;
  readonly destinations: readonly DestinationFacts[];
  readonly stacks: readonly StackFacts[];
  readonly buckets: readonly BucketFacts[];
}

export interface SourceFacts {
  readonly bucket: string;
  readonly region: string;
  /** What the topic could not hand over. */
  readonly undelivered: Reading<QueueDepth>;
  readonly topic: Reading<TopicFacts>;
  readonly events: Reading<SourceEvents>;
  readonly runs: Reading<RunFacts>;
  /** Absent where there are none by the configuration. */
  readonly rehearsals?: Reading<RehearsalFacts>;
  readonly alarms: Reading<readonly Alarm[]>;
  readonly addresses: Reading<readonly Address[]>;
}

/** The last rehearsal of a restore from each destination, by bucket; those that had none are left out. */
export type RehearsalFacts = Readonly<
  Record<
    string,
    {
      readonly endedAt: string;
      readonly succeeded: boolean;
      /** In one sentence. */
      readonly cause: string;
      /** That came back as they should be. */
      readonly objects: number;
      readonly bytes: number;
    }
  >
>;

export interface DestinationFacts {
  readonly bucket: string;
  readonly region: string;
  readonly inbox: Reading<QueueDepth>;
  readonly failed: Reading<QueueDepth>;
  readonly feed: Reading<Feed>;
  readonly activity: Reading<Activity>;
  /** Objects whose last attempt failed, and those that cannot be copied as they are. */
  readonly trouble: Reading<Trouble>;
  readonly alarms: Reading<readonly Alarm[]>;
}

/** Who is subscribed to the topic. */
export interface TopicFacts {
  /** Destinations whose subscription is there, confirmed, and hands over what cannot be delivered. */
  readonly confirmed: readonly string[];
  readonly pending: readonly string[];
  /** Whose subscription has a filter policy. */
  readonly filtered: readonly string[];
}

/** What the bucket's notifications tell the topic of. */
export interface SourceEvents {
  readonly topicArn: string;
  /** Whether that topic is ours, and not one of others that the configuration names. */
  readonly ours: boolean;
  readonly told: ToldOf;
  /** The events of which it is not told for every key. */
  readonly missing: readonly string[];
}

export interface RunFacts {
  /** The last one over all keys. */
  readonly last: PastRunFacts | undefined;
  /** The name of a run that is going on. */
  readonly underWay: string | undefined;
  /** By bucket; those that were never compared to the end are left out. */
  readonly destinations: Readonly<
    Record<string, { readonly completedAt: string; readonly provedEqualAsOf: string | undefined }>
  >;
}

/** A run in short. */
export interface PastRunFacts {
  readonly run: string;
  readonly startedAt: string;
  readonly status: string;
  /** By bucket, how many objects were not as in the source, repaired or not. */
  readonly found: Readonly<Record<string, number>>;
}

/** Whether the function takes messages from the inbox. */
export interface Feed {
  /** As Lambda says it: `Enabled`, `Disabled`, `Updating` …; `Absent`: nothing feeds it from the inbox. */
  readonly state: string;
  /** By the tag of the inbox. */
  readonly pausedSince: string | undefined;
}

/** By the metrics of the last day; `undefined` where there is none. */
export interface Activity {
  /** The beginning of the five minutes in which something was copied last. */
  readonly lastCopy: string | undefined;
  readonly copied: number;
  /** Records that the history did not take, or did not answer: it may lack so many at most. */
  readonly historyFailed: number;
  /** Since the first of these. */
  readonly historyFailedSince: string | undefined;
  /** Milliseconds from a change to the end of an attempt, failures included: the longest of the newest five minutes that have some. */
  readonly lag: number | undefined;
  readonly lagAt: string | undefined;
  /** Of the oldest message in the inbox, in the last quarter of an hour. */
  readonly oldestSeconds: number | undefined;
}

export interface Trouble {
  readonly failed: Counted;
  readonly cannot: Counted;
}

export interface Counted {
  readonly objects: number;
  /** It was not counted to the end. */
  readonly orMore: boolean;
}

export interface Alarm {
  readonly name: string;
  readonly state: string;
  readonly since: string | undefined;
  readonly reason: string;
  /** Topics that are told. */
  readonly topics: readonly string[];
  /** Somebody has switched its actions off: it tells nobody. */
  readonly silenced: boolean;
}

/** An e-mail address that is to be told, and is not. */
export interface Address {
  readonly address: string;
  readonly topicArn: string;
  /** That makes the topic, where it is one of ours. */
  readonly stack?: string;
  /** `nobody`: no address is configured, and nobody else is subscribed. */
  readonly why: 'not confirmed' | 'not subscribed' | 'no topic' | 'nobody';
}
