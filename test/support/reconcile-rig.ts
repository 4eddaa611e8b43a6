import type { LedgerEntry } from '../../shared/ledger/ledger.ts';
import type { ExpiryRule } from '../../shared/expiry.ts';
import type { DestinationAddress } from '../../shared/topic/discover.ts';
import type { Subscription } from '../../shared/topic/subscriptions-to.ts';
import type { Told } from '../../shared/topic/told-of.ts';
import type { DestinationReport, Report } from '../../functions/reconcile/report/report.ts';
import { paths, runSchema } from '../../functions/reconcile/run.ts';
import type { Request, Run } from '../../functions/reconcile/run.ts';
import { readStep, step } from '../../functions/reconcile/steps.ts';
import type { InboxState, Observed, ReconcileSettings, World, RunMetrics } from '../../functions/reconcile/world.ts';
import * as v from 'valibot';
import { compareKeys } from '../../shared/objects/key-order.ts';
import { objectKey } from '../../shared/objects/object-key.ts';
import { memoryFiles } from './memory-files.ts';
import { modelBucket } from './model-bucket.ts';
import type { ModelBucket, ModelObject, ModelOptions } from './model-bucket.ts';

/** A destination in memory: a bucket, an inbox, a ledger. */
export interface ModelDestination {
  readonly bucket: ModelBucket;
  readonly inbox: string[];
  readonly ledger: Map<string, LedgerEntry>;
  readonly metrics: RunMetrics[];
  /** How its lifecycle expires objects. */
  readonly expiryRules: ExpiryRule[];
  paused: boolean;
  /** What its function does with a key; by default it copies what the source holds. */
  converge: (key: string) => void;
  /** What was asked to be compared by more than a look, and what is then found; without: equal. */
  readonly compares: { readonly key: string; readonly compare: 'bytes' | 'checksums' }[];
  readonly scrubReasons: Map<string, string>;
}

export interface RigOptions {
  readonly destinations?: readonly string[];
  readonly source?: ModelOptions;
  readonly replicas?: ModelOptions;
  readonly settings?: Partial<ReconcileSettings>;
  readonly onWrite?: (name: string) => void;
}

/** Everything around a run, in memory and on a clock that only the run moves. */
export type Rig = ReturnType<typeof reconcileRig>;

export const SOURCE = 'photos';
export const NIGHT = Date.parse('2026-11-21T01:00:00.000Z');
export const ACCOUNT = '111122223333';

export function reconcileRig({ destinations = ['photos-eu'], source, replicas, settings, onWrite }: RigOptions = {}) {
  const clock = { now: NIGHT };
  const time = { remaining: () => 900_000 };
  const sourceBucket = modelBucket(SOURCE, source);
  const all = new Map(destinations.map((name) => [name, modelDestination(name)]));
  const files = memoryFiles(onWrite);
  const mails: { subject: string; text: string }[] = [];
  const running = new Set<string>();
  const told: { of: Told['of'] } = { of: 'all' };
  const faults: {
    toldOf?: () => void;
    givenBack?: () => void;
    subscriptions?: () => void;
    observe?: (bucket: string) => void;
    ledger?: () => void;
    entries?: (keys: readonly string[]) => void;
    expiry?: () => void;
    inbox?: (bucket: string, call: 'send' | 'state') => void;
  } = {};
  /** Messages that stay away when the inbox of a destination is worked off. */
  const held: { in: (bucket: ModelBucket) => readonly string[] } = { in: () => [] };
  /** Keys of the source that were restored from an archive. */
  const givenBack = new Set<string>();
  const rig = {
    told,
    givenBack,
    held,
    clock,
    time,
    source: sourceBucket,
    destinations: all,
    files,
    mails,
    running,
    faults,
    world,
    putBoth,
    put,
    deliver,
  };
  const subscriptions: Subscription[] = destinations.map((name) => subscriptionOf(name));

  return { ...rig, subscriptions };

  function modelDestination(name: string): ModelDestination {
    const bucket = modelBucket(name, replicas);
    const ledger = new Map<string, LedgerEntry>();
    const destination: ModelDestination = {
      bucket,
      inbox: [],
      ledger,
      metrics: [],
      expiryRules: [],
      paused: false,
      compares: [],
      scrubReasons: new Map(),
      converge(key) {
        const object = sourceBucket.objects.get(key);
        const now = new Date(clock.now).toISOString();
        if (object === undefined) return;
        const replica = bucket.objects.get(key);
        const entry = { sourceLastModified: object.modified, replicaMadeFrom: object.etag, recordedAt: now };
        if (replica?.etag === object.etag && replica.modified >= object.modified) {
          ledger.set(key, { ...entry, outcome: 'same', reason: 'same', replicaETag: replica.etag });
          return;
        }
        bucket.objects.set(key, { ...object, modified: now });
        ledger.set(key, { ...entry, outcome: 'copied', reason: 'absent', replicaETag: object.etag });
      },
    };
    return destination;
  }

  function world(): World {
    return {
      source: sourceBucket,
      givenBack:
        () =>
        async ({ after, through }) => {
          faults.givenBack?.();
          const inRange = (key: string) =>
            (after === undefined || compareKeys(objectKey(key), after) > 0) &&
            (through === undefined || compareKeys(objectKey(key), through) <= 0);
          return new Set([...givenBack].filter(inRange).map(objectKey));
        },
      files,
      async subscriptions() {
        faults.subscriptions?.();
        return subscriptions;
      },
      async toldOf() {
        faults.toldOf?.();
        return { of: told.of, missing: told.of === 'all' ? [] : ['s3:ObjectCreated:*'] };
      },
      observe: async ({ bucket }: DestinationAddress) => observed(bucket),
      isRunning: async (execution) => running.has(execution),
      async tell(subject, text) {
        mails.push({ subject, text });
      },
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      now: () => clock.now,
      remaining: () => time.remaining(),
      settings: {
        source: { bucket: SOURCE, owner: ACCOUNT, region: 'us-east-1' },
        topicArn: `arn:aws:sns:us-east-1:${ACCOUNT}:${SOURCE}-fanout`,
        reportsBucket: 'reports',
        maxBytesPerRun: 1e12,
        eventMinutes: 15,
        quietSeconds: 120,
        secondPassSeconds: 600,
        listings: 8,
        ...settings,
      },
    };
  }

  function observed(name: string): Observed {
    faults.observe?.(name);
    const destination = all.get(name);
    if (destination === undefined) throw new Error(`There is no ${name}`);
    const { bucket, ledger, inbox, metrics, compares } = destination;
    return {
      bucket,
      async expiryRules() {
        faults.expiry?.();
        return destination.expiryRules;
      },
      ledger: {
        async entries(keys) {
          faults.ledger?.();
          faults.entries?.(keys);
          return new Map(keys.flatMap((key) => (ledger.has(key) ? [[key, ledger.get(key) ?? never()]] : [])));
        },
      },
      inbox: {
        async send(keys, compare) {
          faults.inbox?.(name, 'send');
          inbox.push(...keys);
          if (compare !== undefined) compares.push(...keys.map((key) => ({ key, compare })));
        },
        async state(): Promise<InboxState> {
          faults.inbox?.(name, 'state');
          return { messages: inbox.length, paused: destination.paused };
        },
      },
      async putMetrics(values) {
        metrics.push(values);
      },
    };
  }

  /** The functions of the destinations empty their inboxes. */
  function deliver(): void | Promise<void> {
    for (const destination of all.values()) {
      if (destination.paused) continue;
      const away = new Set(held.in(destination.bucket));
      for (const key of destination.inbox.splice(0)) {
        if (away.has(key)) {
          destination.inbox.push(key);
          continue;
        }
        destination.converge(key);
        scrub(destination, key);
      }
    }
  }

  /** The words of the replicate function. */
  function scrub({ compares, scrubReasons, ledger }: ModelDestination, key: string): void {
    const asked = compares.find((one) => one.key === key);
    const entry = ledger.get(key);
    if (asked === undefined || entry?.reason !== 'same') return;
    const reason = scrubReasons.get(key) ?? `${asked.compare} compared`;
    ledger.set(key, { ...entry, outcome: reason.endsWith('differ') ? 'copied' : 'same', reason });
  }

  function put(bucket: ModelBucket, key: string, object: Partial<ModelObject> = {}): void {
    const size = object.size ?? key.length;
    const modified = object.modified ?? '2026-11-01T00:00:00.000Z';
    bucket.objects.set(key, { etag: `e-${key}-${size}`, ...object, size, modified });
  }

  function putBoth(key: string, object: Partial<ModelObject> = {}): void {
    put(sourceBucket, key, object);
    for (const { bucket } of all.values()) put(bucket, key, { ...object, modified: '2026-11-02T00:00:00.000Z' });
  }
}

export function subscriptionOf(destination: string, { region = 'eu-west-1', account = ACCOUNT } = {}): Subscription {
  return {
    arn: `arn:aws:sns:us-east-1:${ACCOUNT}:${SOURCE}-fanout:${destination}`,
    protocol: 'sqs',
    endpoint: `arn:aws:sqs:${region}:${account}:${destination}`,
    deadLetterArn: `arn:aws:sqs:us-east-1:${ACCOUNT}:${SOURCE}-undelivered`,
  };
}

function never(): never {
  throw new TypeError('It was there a moment ago');
}

export interface RunOptions {
  /** Called between the steps of the run, with the name of the one that comes next. */
  readonly before?: (name: string) => void;
  /** How often a step is tried. */
  readonly attempts?: number;
  readonly execution?: string;
  /** Called with what the run says that it waits for. */
  readonly waiting?: (what: readonly string[]) => void;
}

/** What the state machine does: every step, each until it is done, the report in any case. */
export async function runReconcile(
  rig: Rig,
  request: Partial<Request> = {},
  {
    before = () => undefined,
    attempts = 3,
    execution = `arn:execution:${rig.clock.now}`,
    waiting = () => undefined,
  }: RunOptions = {},
): Promise<{ readonly report: Report | undefined; readonly status: string; readonly again: string | undefined }> {
  const startedAt = new Date(rig.clock.now).toISOString();
  const input = { trigger: 'schedule', ...request };
  rig.running.add(execution);
  const beginning = await ask('Begin', { step: 'begin', execution: { arn: execution, startedAt }, input, pass: 1 });
  const { status, run } = v.parse(v.object({ status: v.string(), run: v.optional(runSchema) }), beginning);
  if (run === undefined) return { report: undefined, status, again: undefined };
  let failure: { step: string; cause: string } | undefined;
  try {
    await attempt('Plan', () => ask('Plan', { step: 'plan', run }));
    await map(run, 'sweep');
    await untilDone('Nominate', { step: 'nominate', run });
    await settle(run);
    await map(run, 'verify');
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    failure = { step: error.step, cause: error.message };
  }
  const finished = await ask('Report', { step: 'report', run, failure });
  rig.running.delete(execution);
  const file = await rig.files.read(paths.report(run));
  const report: Report | undefined = file === undefined ? undefined : JSON.parse(file.text);
  const { again } = v.parse(v.object({ again: v.optional(v.string()) }), finished);
  return { report, status: v.parse(v.object({ status: v.string() }), finished).status, again };

  async function ask(name: string, event: object): Promise<object> {
    before(name);
    // As JSON, which is how the state machine hands it on.
    return step(rig.world(), readStep(JSON.parse(JSON.stringify(event))));
  }

  async function attempt<T>(name: string, work: () => Promise<T>): Promise<T> {
    for (let tried = 1; ; tried++) {
      try {
        return await work();
      } catch (error) {
        if (tried === attempts) throw new StepFailed(name, error);
      }
    }
  }

  async function untilDone(name: string, event: object): Promise<void> {
    for (;;) {
      const answer = await attempt(name, () => ask(name, event));
      if (v.parse(v.object({ done: v.boolean() }), answer).done) return;
    }
  }

  /** A share that fails in the end leaves the others alone. */
  async function map(of: Run, name: 'sweep' | 'verify'): Promise<void> {
    const file = await rig.files.read(paths.shares(of, name));
    const shares: { share: number }[] = JSON.parse(file?.text ?? '[]');
    for (const { share } of shares) {
      try {
        await untilDone(name, { step: name, run: of, share });
      } catch (error) {
        if (!(error instanceof StepFailed)) throw error;
      }
    }
  }

  async function settle(of: Run): Promise<void> {
    let state: unknown = {};
    for (;;) {
      const answer = await attempt('Settle', () => ask('Settle', { step: 'settle', run: of, state }));
      const seen = v.parse(
        v.object({ settled: v.boolean(), waitSeconds: v.number(), state: v.any(), waiting: v.array(v.string()) }),
        answer,
      );
      waiting(seen.waiting);
      if (seen.settled) return;
      state = seen.state;
      rig.clock.now += seen.waitSeconds * 1000;
      await rig.deliver();
    }
  }
}

class StepFailed extends Error {
  override readonly name = 'StepFailed';
  readonly step: string;

  constructor(step: string, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.step = step;
  }
}

/** What must be the same of two reports about the same buckets, however they came about. */
export function countsOf(destination: DestinationReport) {
  const { provedEqualAsOf: _, ...rows } = destination;
  return rows;
}
