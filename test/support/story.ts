import type { World } from '../../functions/replicate/attempt.ts';
import { heedSlowDown } from '../../shared/copy/heed-slow-down.ts';
import { settle } from '../../functions/replicate/settle.ts';
import type { Report } from '../../functions/replicate/settle.ts';
import type { ObjectState } from '../../shared/objects/bucket.ts';
import { decide } from '../../shared/decide.ts';
import { objectKey } from '../../shared/objects/object-key.ts';
import { UNLIMITED } from '../../shared/copy/pace-rate.ts';
import { createPace } from '../../shared/copy/pace.ts';
import { InboxModel } from './inbox-model.ts';
import { contentMd5 } from './s3-simulator/content.ts';
import { deleteObject } from './s3-simulator/delete-object.ts';
import { inProcessBucket, inProcessDestination } from './s3-simulator/in-process.ts';
import type { Call, Wire } from './s3-simulator/wire.ts';
import { putObject } from './s3-simulator/put-object.ts';
import { createSchedule } from './s3-simulator/schedule.ts';
import type { Schedule, Task } from './s3-simulator/schedule.ts';
import { scheduledWire } from './s3-simulator/scheduled-wire.ts';
import type { Fate } from './s3-simulator/scheduled-wire.ts';
import { bucketNamed, createBucket, createStore, currentVersion } from './s3-simulator/store.ts';
import type { Store } from './s3-simulator/store.ts';

/** How a story differs from the ordinary one. */
export interface Telling {
  /** Changes what a function sees of the world, to prove that a story can go wrong. */
  readonly distort?: (world: World) => World;
  /** Copies without the destination's condition. */
  readonly unconditional?: boolean;
  /** Where it is played; in this process if not said. */
  readonly stage?: Stage;
}

/** What lies between the functions and the store. */
export interface Stage {
  readonly schedule: Schedule;
  /** Is told of the store, and of what to do after each request. */
  begin(story: Story): Promise<void>;
  /** The two buckets as one invocation sees them. */
  worldOf(story: Story, call: Task): World;
  /** When all is settled, and as it should be. */
  end?(story: Story): Promise<void>;
}

/**
 * Plays one random life of one key, the same one for the same seed, in virtual time: writers that overwrite and delete it, events that are lost, doubled and
 * late, functions that work on it at the same time, crash and are killed at their time limit, requests that fail, whose answers are lost, and that land long
 * afterwards. Somebody may remove the replica by hand. Where an event was lost, a sweep names the key at the end.
 *
 * @throws {Error} with the seed and the last steps, if the destination is not what the source is once all messages are settled, ever
 * held what the source never held, or went back to something older.
 */
export async function playStory(seed: number, telling: Telling = {}): Promise<void> {
  const stage = telling.stage ?? inProcessStage(seed, telling.unconditional ?? false);
  const { schedule } = stage;
  const story = beginStory(schedule);
  await stage.begin(story);
  story.inbox.onVisible = (at) => schedule.spawn('poller', (task) => deliver(story, { task, at, stage, telling }));
  const { writes, writers } = story.plan;
  for (let writer = 1; writer <= writers; writer++) {
    schedule.spawn(`writer ${writer}`, (task) => write(story, { task, times: Math.ceil(writes / writers) }));
  }
  if (story.plan.vandal) schedule.spawn('vandal', (task) => removeReplica(story, task));
  await schedule.run();
  await assertSettled(story);
  await stage.end?.(story);
}

export function inProcessStage(seed: number, unconditional: boolean): Stage {
  const schedule = createSchedule({ seed });
  return {
    schedule,
    begin: () => Promise.resolve(),
    worldOf(story, call) {
      const { store } = story;
      const wire = watched(
        story,
        scheduledWire({ schedule, caller: call, fate: (request) => nextFate(story, request) }),
      );
      const world = {
        source: inProcessBucket({ store, ...SOURCE, wire }),
        destination: inProcessDestination({ store, ...DESTINATION, source: SOURCE, wire, unconditional }),
        sleep: (milliseconds: number) => call.sleep(milliseconds),
        now: schedule.now,
        random: schedule.random,
      };
      return heedSlowDown(world, createPace({ state: UNLIMITED }, { ...world, wallClock: world.now }));
    },
  };
}

export const KEY = 'k';
export const SOURCE = { name: 'photos', owner: '111122223333' };
export const DESTINATION = { name: 'photos-eu', owner: '111122223333' };
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const TIME_LIMIT = 10 * MINUTE;
const A_WEEK = 7 * 24 * 60 * MINUTE;
/** A request lands, or dies, before the message that sent it is delivered again. */
const LATEST_LANDING = 45 * MINUTE;

export interface Story {
  readonly schedule: Schedule;
  readonly store: Store;
  readonly inbox: InboxModel;
  readonly plan: Plan;
  /** Everything the source ever held, as `held` describes it, oldest first. */
  readonly history: string[];
  /** Where in the history the replica is. */
  replicaAt: number;
  /** What the destination must never hold. */
  readonly wrongs: string[];
  /** Writers at work, and events on their way. */
  underWay: number;
  needsSweep: boolean;
  faultsLeft: number;
  crashesLeft: number;
}

interface Plan {
  readonly writes: number;
  readonly writers: number;
  /** No content comes twice: only then can a look at the replica tell how old it is. */
  readonly distinct: boolean;
  /** Somebody removes the replica by hand. */
  readonly vandal: boolean;
  /**
   * `calm`: nothing fails, and every event comes once: nothing but the protocol itself can put right what crossed. `late`: as
   * calm, but for copies whose answer is lost and that land after a while. `wild`: everything.
   */
  readonly mood: 'calm' | 'late' | 'wild';
}

function beginStory(schedule: Schedule): Story {
  const { random } = schedule;
  const store = createStore({ now: schedule.now, conflict: () => (random() < 0.5 ? 409 : 412) });
  const versioning = () => pick(schedule, ['off', 'enabled', 'suspended'] as const);
  createBucket(store, { ...SOURCE, versioning: versioning() });
  createBucket(store, { ...DESTINATION, versioning: versioning() });
  const writers = 1 + below(schedule, 2);
  const mood = pick(schedule, ['calm', 'late', 'wild', 'wild'] as const);
  const vandal = mood === 'wild' && random() < 0.3;
  return {
    schedule,
    store,
    inbox: new InboxModel({ now: schedule.now, visibility: 6 * TIME_LIMIT }),
    plan: { writes: 1 + below(schedule, 5), writers, distinct: random() < 0.25, vandal, mood },
    history: [],
    replicaAt: -1,
    wrongs: [],
    underWay: writers + (vandal ? 1 : 0),
    needsSweep: false,
    faultsLeft: { calm: 0, late: 1, wild: below(schedule, 6) }[mood],
    crashesLeft: mood === 'wild' ? below(schedule, 3) : 0,
  };
}

async function write(story: Story, { task, times }: { readonly task: Task; readonly times: number }): Promise<void> {
  const { schedule, store } = story;
  for (let time = 0; time < times; time++) {
    await task.sleep(pick(schedule, [0, 0, 400, 1500, 20 * SECOND, 25 * MINUTE]), 'before a write');
    if (schedule.random() < 0.15) {
      deleteObject(store, { bucket: SOURCE.name, key: KEY });
      emit(story, undefined);
      continue;
    }
    const content = story.plan.distinct ? `content ${story.history.length}` : pick(schedule, ['A', 'B']);
    const metadata = { edition: pick(schedule, ['1', '1', '1', '1', '1', '2']) };
    const { etag } = putObject(store, { bucket: SOURCE.name, key: KEY, content, attributes: { metadata } });
    story.history.push(held(await look(story, SOURCE)));
    emit(story, etag);
  }
  arrive(story);
}

/** S3 tells of a change: once, twice, late, or not at all. */
function emit(story: Story, etag: string | undefined): void {
  const { schedule, inbox } = story;
  const times = story.plan.mood !== 'wild' ? 1 : pick(schedule, [0, 1, 1, 1, 1, 1, 2]);
  if (times === 0) story.needsSweep = true;
  for (let time = 0; time < times; time++) {
    story.underWay++;
    schedule.spawn('event', async (task) => {
      await task.sleep(pick(schedule, [0, 0, 500, 3 * SECOND, 2 * MINUTE, 90 * MINUTE]), 'on its way');
      inbox.send({ keys: [{ key: KEY, ...(etag !== undefined && { sourceETag: etag }) }] });
      arrive(story);
    });
  }
}

async function removeReplica(story: Story, task: Task): Promise<void> {
  await task.sleep(pick(story.schedule, [0, 2 * SECOND, 5 * MINUTE]), 'before the removal');
  deleteObject(story.store, { bucket: DESTINATION.name, key: KEY });
  story.needsSweep = true;
  arrive(story);
}

/** When nothing is under way any more and something has been missed, the sweep of the next night names the key. */
function arrive(story: Story): void {
  const { schedule, inbox } = story;
  story.underWay--;
  if (story.underWay > 0 || !story.needsSweep) return;
  schedule.spawn('sweep', async (task) => {
    await task.sleep(10 * MINUTE, 'waits for the night');
    inbox.send({ keys: [{ key: KEY }] });
  });
}

/** Gives what is visible to a new invocation, which runs beside all others, and is killed at its time limit. */
async function deliver(
  story: Story,
  {
    task,
    at,
    stage,
    telling,
  }: { readonly task: Task; readonly at: number; readonly stage: Stage; readonly telling: Telling },
): Promise<void> {
  const { schedule, inbox } = story;
  await task.sleep(at - schedule.now() + pick(schedule, [0, 0, 100, 5 * SECOND]), 'until messages are visible');
  if (schedule.now() > A_WEEK) throw new Error('The messages are never settled');
  const messages = inbox.receive(pick(schedule, [1, 10]));
  if (messages.length === 0) return;
  const name = `invocation of ${messages.map(({ id, receipt }) => `${id}.${receipt?.count}`).join(' ')}`;
  schedule.spawn(name, (call) => invoke(story, { call, messages, stage, telling }));
  schedule.spawn(`${name}, time limit`, async (limit) => {
    await limit.sleep(TIME_LIMIT);
    schedule.kill(name);
  });
  if (story.crashesLeft > 0 && schedule.random() < 0.4) crash(story, name);
}

function crash(story: Story, name: string): void {
  const { schedule } = story;
  story.crashesLeft--;
  schedule.spawn(`${name}, crash`, async (doom) => {
    for (let step = below(schedule, 15); step > 0; step--) await doom.step('comes nearer');
    schedule.kill(name);
  });
}

async function invoke(
  story: Story,
  invocation: {
    readonly call: Task;
    readonly messages: ReturnType<InboxModel['receive']>;
    readonly stage: Stage;
    readonly telling: Telling;
  },
): Promise<void> {
  const { call, messages, stage, telling } = invocation;
  const { inbox } = story;
  const world = stage.worldOf(story, call);
  const comeBack = await settle(messages, {
    sourceBucket: SOURCE.name,
    world: telling.distort?.(world) ?? world,
    inFlight: 2,
    report: SILENT,
    inbox,
  });
  await call.step('answers SQS');
  for (const { id } of messages) if (!comeBack.includes(id)) inbox.remove(id);
}

const SILENT: Report = {
  key: () => undefined,
  longCopy: () => undefined,
  outOfTime: () => undefined,
  notUnderstood: () => undefined,
  throttled: () => undefined,
  inboxRefused: () => undefined,
  ledgerFailed: () => undefined,
  rulesLeftOut: () => undefined,
};

function nextFate(story: Story, { operation }: Call): Fate {
  const { schedule } = story;
  const slow = pick(schedule, [1, 2 * SECOND, 30 * SECOND, 3 * MINUTE, 12 * MINUTE]);
  // A slow copy is no fault: large objects take their time.
  const ordinary: Fate =
    operation === 'CopyObject' && schedule.random() < 0.4 ? { kind: 'answered', slow } : { kind: 'answered' };
  if (story.faultsLeft === 0 || schedule.random() < 0.7) return ordinary;
  if (story.plan.mood === 'late' && operation !== 'CopyObject') return ordinary;
  story.faultsLeft--;
  if (story.plan.mood === 'late') return { kind: 'lost', slow };
  return pick<Fate>(schedule, [
    { kind: 'dropped' },
    { kind: 'lost', slow },
    { kind: 'lost', slow: LATEST_LANDING },
    { kind: 'refused', code: 'SlowDown' },
    { kind: 'refused', code: 'InternalError' },
    { kind: 'refused', code: 'AccessDenied' },
  ]);
}

/** Looks at the destination after every request, since an unversioned bucket does not keep what it held. */
function watched(story: Story, wire: Wire): Wire {
  return (call, serve) =>
    wire(call, async (step) => {
      try {
        return await serve(step);
      } finally {
        await judgeReplica(story);
      }
    });
}

/** To be called after every request. */
export async function judgeReplica(story: Story): Promise<void> {
  const replica = await look(story, DESTINATION);
  if (replica === undefined) return;
  const at = story.history.lastIndexOf(held(replica));
  if (at === -1) story.wrongs.push(`the destination held what the source never held: ${held(replica)}`);
  // Once the replica has been removed, a copy that was decided on before may bring back what is older, until its second look.
  const { distinct, vandal } = story.plan;
  if (distinct && !vandal && at < story.replicaAt) story.wrongs.push(`the replica went back to ${held(replica)}`);
  story.replicaAt = at;
}

async function assertSettled(story: Story): Promise<void> {
  const [source, replica] = [await look(story, SOURCE), await look(story, DESTINATION)];
  const action = decide(source, replica);
  const different = `the source is ${held(source)}, the replica ${held(replica)}: ${action.reason}`;
  const [wrong] = action.do === 'skip' ? story.wrongs : [...story.wrongs, different];
  const { seed, trace } = story.schedule;
  if (wrong !== undefined) throw new Error([`Seed ${seed}: ${wrong}`, ...trace().slice(-120)].join('\n'));
}

/** In place of its ETag, which under KMS tells nothing, an object has the MD5 of its bytes. */
async function look({ store }: Story, bucket: typeof SOURCE): Promise<ObjectState | undefined> {
  const state = await inProcessBucket({ store, ...bucket }).head(objectKey(KEY));
  const version = currentVersion(bucketNamed(store, bucket.name), KEY);
  return state && version?.kind === 'object' ? { ...state, etag: contentMd5(version.content) } : undefined;
}

function held(state: ObjectState | undefined): string {
  return state === undefined ? 'nothing' : JSON.stringify([state.etag, state.size, state.description]);
}

function below({ random }: Schedule, limit: number): number {
  return Math.floor(random() * limit);
}

export function pick<T>(schedule: Schedule, choices: readonly [T, ...T[]]): T {
  return choices[below(schedule, choices.length)] ?? choices[0];
}
