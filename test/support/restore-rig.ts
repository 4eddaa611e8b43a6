import * as v from 'valibot';
import { paths, runSchema } from '../../functions/restore/run.ts';
import type { Run, ShareStep } from '../../functions/restore/run.ts';
import type { KeyLine } from '../../functions/restore/key-line.ts';
import type { Report } from '../../functions/restore/report/report.ts';
import type { Request } from '../../functions/restore/request.ts';
import { readStep, step } from '../../functions/restore/steps.ts';
import { scratchPrefix } from '../../functions/restore/rehearsal/rehearsal.ts';
import type { Rehearsal } from '../../functions/restore/rehearsal/rehearsal.ts';
import type {
  Rehearsed,
  RehearsalMetrics,
  RehearsalSettings,
  RehearsalWorld,
} from '../../functions/restore/rehearsal/world.ts';
import type { Opened } from '../../functions/restore/world.ts';
import type { CopyWorld } from '../../shared/copy/copy-world.ts';
import type { History } from '../../shared/ledger/dynamo-history.ts';
import type { Files } from '../../shared/runs/files.ts';
import { compareKeys } from '../../shared/objects/key-order.ts';
import { listingPage } from '../../shared/listing/listed-rows.ts';
import type { KeyRange, ListingPage } from '../../shared/listing/listing.ts';
import { objectKey } from '../../shared/objects/object-key.ts';
import type { VersionListing } from '../../shared/listing/version-listing.ts';
import { TARGET_TAG } from '../../shared/runs/restore-target.ts';
import { memoryFiles } from './memory-files.ts';
import { changeObject } from './s3-simulator/change-object.ts';
import { inProcessBucket, inProcessDestination } from './s3-simulator/in-process.ts';
import type { Wire } from './s3-simulator/wire.ts';
import { listVersions } from './s3-simulator/list-versions.ts';
import { changeBucket, createBucket, createStore, currentVersion, keysAfter } from './s3-simulator/store.ts';
import type { BucketState, Store, StoreOptions } from './s3-simulator/store.ts';

export const OWNER = '111122223333';
export const FROM = 'photos-eu';
export const TO = 'photos-back';
export const SOURCE = 'photos';
export const SCRATCH = 'scratch';
/** Of any source. */
export const DESTINATIONS: readonly string[] = [FROM, 'photos-dr'];
/** A bucket into which restores may write. */
export const MARKED = { tags: { [TARGET_TAG]: SOURCE }, abac: true };
export const START = Date.parse('2026-11-21T10:00:00.000Z');

export interface RigOptions {
  readonly onWrite?: (name: string) => void;
  readonly wire?: Wire;
  readonly history?: History;
  readonly store?: StoreOptions;
  /** Of the target. */
  readonly versioning?: BucketState['versioning'];
  readonly rehearsals?: Partial<RehearsalSettings>;
  /** How many parts of one object an invocation copies at most. */
  readonly partsPerInvocation?: number;
}

/** Everything around a restore, in memory and on a clock that only the run moves. */
export type RestoreRig = ReturnType<typeof restoreRig>;

export function restoreRig(options: RigOptions = {}) {
  const clock = { now: START };
  const store = createStore({ now: () => clock.now, account: OWNER, ...options.store });
  createBucket(store, { name: FROM, owner: OWNER, versioning: 'enabled' });
  createBucket(store, { name: TO, owner: OWNER, versioning: options.versioning ?? 'enabled', ...MARKED });
  const files = memoryFiles(options.onWrite);
  const mails: { subject: string; text: string }[] = [];
  const thawed: { key: string; versionId: string; archiveStatus: string | undefined; tier: string; at: number }[] = [];
  const time = { remaining: () => 900_000 };
  const wire = options.wire && { wire: options.wire };

  const metrics: { destination: string; metrics: RehearsalMetrics }[] = [];
  const started: Rehearsal[] = [];

  const world = (): RehearsalWorld => ({
    files,
    open: opened,
    targets: () => ({
      async find(bucket) {
        const found = store.buckets.get(bucket);
        if (found !== undefined && found.owner !== OWNER) throw new Error('AccessDenied');
        return found && { bucket, region: found.region, account: OWNER };
      },
      async make({ bucket }, tags) {
        if (store.buckets.has(bucket)) changeBucket(store, bucket, { versioning: 'enabled' });
        else createBucket(store, { name: bucket, owner: OWNER, versioning: 'enabled', tags });
      },
      tagsOf: async ({ bucket }) => store.buckets.get(bucket)?.tags ?? {},
      tellsIamOfTags: async ({ bucket }) => store.buckets.get(bucket)?.abac === true,
      isDestination: async ({ bucket }) => DESTINATIONS.includes(bucket),
      keepsVersions: async ({ bucket }) => store.buckets.get(bucket)?.versioning === 'enabled',
    }),
    async tell(subject, text) {
      mails.push({ subject, text });
    },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    sleep: async () => undefined,
    now: () => clock.now,
    random: () => 0.5,
    remaining: () => time.remaining(),
    settings: {
      region: 'us-east-1',
      account: OWNER,
      source: SOURCE,
      reportsBucket: 'reports',
      inFlight: 8,
      planned: 4,
    },
    rehearse: rehearsed,
    destinations: async () => ({
      destinations: [{ bucket: FROM, region: 'eu-west-1', account: OWNER, inboxArn: '' }],
      problems: [],
    }),
    async start(rehearsal) {
      started.push(rehearsal);
    },
    async putMetrics({ bucket }, put) {
      metrics.push({ destination: bucket, metrics: put });
    },
    rehearsals: { objects: 20, maxBytes: 1_000_000, historyDays: 400, scratchBucket: SCRATCH, ...options.rehearsals },
  });

  return { clock, time, store, files, mails, thawed, metrics, started, world };

  /** A prefix is a bucket of its own here. */
  function targetOf({ bucket }: Run['target'], prefix: string | undefined): string {
    const name = `${bucket}${prefix ?? ''}`;
    if (!store.buckets.has(name)) createBucket(store, { name, owner: OWNER });
    return name;
  }

  function rehearsed({ token, from }: Rehearsal): Rehearsed {
    const seen = { store, owner: OWNER, ...wire };
    return {
      listed: {
        level: async (prefix) => levelOf(store, from.bucket, prefix),
        pages: (range) => pagesOf(store, from.bucket, range),
      },
      replica: (versionId) =>
        inProcessBucket({ ...seen, name: from.bucket, ...(versionId !== undefined && { versionId }) }),
      source: inProcessBucket({ ...seen, name: SOURCE }),
      scratch: inProcessBucket({ ...seen, name: `${SCRATCH}${scratchPrefix({ token })}` }),
    };
  }

  function opened({ request, target }: Pick<Run, 'request' | 'target'>): Opened {
    const from = { name: request.from.bucket, owner: OWNER };
    const version = (versionId: string) => inProcessBucket({ store, ...from, versionId, ...wire });
    return {
      listing: inProcessVersions(store, from.name),
      levels: { level: async (prefix) => levelOf(store, from.name, prefix) },
      history: options.history,
      version,
      copying: (versionId): CopyWorld => ({
        source: version(versionId),
        destination: inProcessDestination({
          store,
          name: targetOf(target, request.to.prefix),
          owner: OWNER,
          source: { ...from, versionId },
          ...wire,
        }),
        sleep: async () => undefined,
        now: () => clock.now,
        random: () => 0.5,
        long: {
          timeLeft: () => time.remaining() - 10_000,
          partsPerInvocation: options.partsPerInvocation ?? 10_000,
        },
      }),
      async thaw(key, { versionId, archiveStatus, tier }) {
        thawed.push({ key, versionId, archiveStatus, tier, at: clock.now });
        changeObject(store, { bucket: from.name, key, versionId }, { restore: 'ongoing' });
      },
    };
  }
}

/** A listing of versions that shares nothing with the one that is tested elsewhere. */
export function inProcessVersions(store: Store, name: string): VersionListing {
  return {
    name,
    async page({ cursor, after, prefix }) {
      const marker = cursor?.key ?? after;
      const page = listVersions(store, {
        bucket: name,
        ...(prefix !== undefined && { prefix }),
        ...(marker !== undefined && { keyMarker: marker }),
        ...(cursor?.version !== undefined && { versionIdMarker: cursor.version }),
      });
      const keys = [...new Set(page.versions.map(({ key }) => key))];
      return {
        keys: keys.map((key) => ({
          key: objectKey(key),
          versions: page.versions
            .filter((listed) => listed.key === key)
            .map(({ version, isLatest }) => ({
              versionId: version.versionId,
              lastModified: new Date(Math.floor(version.modified / 1000) * 1000),
              isLatest,
              deleteMarker: version.kind === 'delete marker',
              etag: version.kind === 'object' ? version.etag : '',
              size: version.kind === 'object' ? version.content.size : 0,
              ...(version.kind === 'object' && { storageClass: version.storageClass }),
            })),
        })),
        ...(page.next && { next: { key: page.next.keyMarker, version: page.next.versionIdMarker } }),
      };
    },
  };
}

function levelOf(store: Store, name: string, prefix: string) {
  const bucket = store.buckets.get(name);
  const keys = bucket === undefined ? [] : [...keysAfter(bucket, '')].filter((key) => key.startsWith(prefix));
  const folders = keys.flatMap((key) => {
    const end = key.indexOf('/', prefix.length);
    return end === -1 ? [] : [key.slice(0, end + 1)];
  });
  return { prefixes: [...new Set(folders)], keys: [], truncated: false };
}

/** Two keys a page. */
async function* pagesOf(store: Store, name: string, { after, through }: KeyRange): AsyncGenerator<ListingPage> {
  const bucket = store.buckets.get(name);
  const found = bucket === undefined ? [] : [...keysAfter(bucket, '')];
  const objects = found.flatMap((key) => {
    if (
      (after !== undefined && compareKeys(key, after) <= 0) ||
      (through !== undefined && compareKeys(key, through) > 0)
    )
      return [];
    const version = bucket && currentVersion(bucket, key);
    return version?.kind === 'object' ? [{ key, version }] : [];
  });
  for (let at = 0; at < objects.length; at += 2) {
    const page = objects.slice(at, at + 2);
    yield listingPage(
      page.map(({ key, version }) => ({
        key,
        modified: new Date(Math.floor(version.modified / 1000) * 1000).toISOString(),
        etag: version.etag,
        storageClass: version.storageClass,
        size: version.content.size,
      })),
    );
  }
}

export function requestFor(changed: Partial<Request> = {}): Request {
  return {
    token: 'token',
    from: { bucket: FROM, region: 'eu-west-1', account: OWNER },
    to: { bucket: TO },
    select: {},
    undelete: false,
    existing: 'skip',
    encryption: { as: 'as-is' },
    tier: 'standard',
    dryRun: false,
    ...changed,
  };
}

export interface Restored {
  readonly report: Report | undefined;
  readonly status: string;
  /** One for each key, in their order. */
  readonly lines: readonly KeyLine[];
  /** Of a run that was refused. */
  readonly because: string | undefined;
}

export interface RunOptions {
  /** Called between the steps of the run, with the name of the one that comes next. */
  readonly before?: (name: string) => void;
  /** Called when the run waits, with the clock moved on. */
  readonly waited?: () => void;
  /** How often a step is tried. */
  readonly attempts?: number;
  readonly execution?: string;
  /** Of the execution, if not the request. */
  readonly input?: object;
}

/** What the state machine does: every step, each until it is done, the report in any case. */
export async function runRestore(
  rig: Pick<RestoreRig, 'clock' | 'world'> & { readonly files: Files },
  request: Request,
  {
    before = () => undefined,
    waited = () => undefined,
    attempts = 3,
    execution = `arn:execution:restore-${request.token}`,
    input = request,
  }: RunOptions = {},
): Promise<Restored> {
  const startedAt = new Date(rig.clock.now).toISOString();
  const known = { arn: execution, startedAt };
  const beginning = await attempt('Begin', () => ask('Begin', { step: 'begin', execution: known, input }));
  const { run, because } = v.parse(
    v.object({ run: v.optional(runSchema), because: v.optional(v.string()) }),
    beginning,
  );
  let failure: { step: string; cause: string } | undefined;
  if (run === undefined) failure = { step: 'begin', cause: because ?? 'refused' };
  else {
    try {
      await attempt('Plan', () => ask('Plan', { step: 'plan', run }));
      await map(run, 'restore');
      const { shares } = v.parse(
        v.object({ shares: v.optional(v.any()) }),
        await attempt('Collect', () => ask('Collect', { step: 'collect', run })),
      );
      if (shares !== undefined) await map(run, 'finish');
    } catch (error) {
      if (!(error instanceof StepFailed)) throw error;
      failure = { step: error.step, cause: error.message };
    }
  }
  const of = run === undefined ? { execution: known, input } : { run };
  const finished = await attempt('Report', () => ask('Report', { step: 'report', ...of, failure }));
  const file = await rig.files.read(paths.report(request));
  const report: Report | undefined = file === undefined ? undefined : JSON.parse(file.text);
  const { status } = v.parse(v.object({ status: v.string() }), finished);
  return { report, status, lines: await linesOf(rig, report), because };

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

  /** A share that fails in the end leaves the others alone. */
  async function map(of: Run, name: ShareStep): Promise<void> {
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

  async function untilDone(name: string, event: object): Promise<void> {
    for (;;) {
      const answer = await attempt(name, () => ask(name, event));
      const { done, waitSeconds = 0 } = v.parse(
        v.object({ done: v.boolean(), waitSeconds: v.optional(v.number()) }),
        answer,
      );
      if (done) return;
      rig.clock.now += waitSeconds * 1000;
      if (waitSeconds > 0) waited();
    }
  }
}

async function linesOf({ files }: { readonly files: Files }, report: Report | undefined): Promise<readonly KeyLine[]> {
  const lines: KeyLine[] = [];
  for (const name of report?.keys ?? [])
    for (const line of ((await files.read(name))?.text ?? '').split('\n'))
      if (line !== '') lines.push(JSON.parse(line));
  return lines.toSorted((one, other) => (one.key < other.key ? -1 : 1));
}

class StepFailed extends Error {
  override readonly name = 'StepFailed';
  readonly step: string;

  constructor(step: string, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.step = step;
  }
}

/** What a bucket shows: of each key with a current object, its content and what belongs to it. */
export function contentsOf({ store }: Pick<RestoreRig, 'store'>, name: string): ReadonlyMap<string, unknown> {
  const bucket = store.buckets.get(name);
  const found = new Map<string, unknown>();
  if (bucket === undefined) return found;
  for (const key of keysAfter(bucket, '')) {
    const version = currentVersion(bucket, key);
    if (version?.kind !== 'object') continue;
    const { etag, content, headers, metadata, tags, websiteRedirect } = version;
    found.set(key, { etag, size: content.size, headers, metadata, tags, websiteRedirect });
  }
  return found;
}
