import { isDeepStrictEqual } from 'node:util';
import { answerLongCopy, type LongCopyAnswer } from '../../functions/replicate/answer-long-copy.ts';
import type { World } from '../../functions/replicate/attempt.ts';
import { handOver, type Executions } from '../../functions/replicate/hand-over.ts';
import type { LongCopy } from '../../shared/copy/long-copy.ts';
import { settle, type Report } from '../../functions/replicate/settle.ts';
import { harmless } from '../../functions/replicate/harmless-ledger.ts';
import type { DestinationBucket, ObjectState } from '../../shared/objects/bucket.ts';
import { decide } from '../../shared/decide.ts';
import { objectKey } from '../../shared/objects/object-key.ts';
import { type LedgerFate, ledgerModel } from './ledger-model.ts';
import { InboxModel } from './inbox-model.ts';
import { putInParts } from './put-in-parts.ts';
import { contentMd5 } from './s3-simulator/content.ts';
import { deleteObject } from './s3-simulator/delete-object.ts';
import { inProcessBucket, inProcessDestination } from './s3-simulator/in-process.ts';
import type { Call, Wire } from './s3-simulator/wire.ts';
import { createSchedule, type Schedule, type Task } from './s3-simulator/schedule.ts';
import { scheduledWire, type Fate } from './s3-simulator/scheduled-wire.ts';
import { bucketNamed, createBucket, createStore, currentVersion, type Store } from './s3-simulator/store.ts';

const KEY = 'k';
const SOURCE = { name: 'photos', owner: '111122223333' };
const DESTINATION = { name: 'photos-eu', owner: '111122223333' };
const MIB = 1024 ** 2;
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const TIME_LIMIT = 10 * MINUTE;
const BARRIER = 6 * TIME_LIMIT;
const LATEST_LANDING = 45 * MINUTE;
const A_WEEK = 7 * 24 * 60 * MINUTE;

interface LongStory {
  readonly schedule: Schedule;
  readonly store: Store;
  readonly inbox: InboxModel;
  /** Executions by their names. */
  readonly executions: Map<string, 'runs' | 'has ended'>;
  /** Everything the source ever held. */
  readonly history: Set<string>;
  /** What the destination must never hold. */
  readonly wrongs: string[];
  /** Uploads of which nobody learned, or could go on knowing: the bucket's lifecycle rule ends them. */
  readonly forgotten: Set<string>;
  /** Who began an upload. */
  readonly beginners: Map<string, string>;
  handedOver: number;
  resumed: number;
  putAside: number;
  faultsLeft: number;
  crashesLeft: number;
  invocations: number;
  /** Where the destination, and perhaps the source, is encrypted by KMS: the ledger. */
  readonly ledger: ReturnType<typeof ledgerModel> | undefined;
  readonly ledgerMoods: LedgerFate[];
}

/** What a story had in it. */
export interface Told {
  readonly handedOver: number;
  readonly resumed: number;
  /** Uploads left open whose id was lost with the function, or with the answer, that had begun them. */
  readonly forgotten: number;
  /** Copies that ended in the failed queue, as their upload had ended before the function could tell why it had ended it. */
  readonly putAside: number;
}

/**
 * Plays one random life of one key whose objects are copied in parts and handed over to a model of the state machine: writers, faults, lost answers,
 * requests that land late, functions that crash in either of the two ways and are killed at their time limit, in virtual time.
 *
 * With `kms` the replicas are encrypted by KMS, so that only checksums of the whole object, which not all have, or the ledger show that a replica is the same; and the
 * ledger may be in trouble.
 *
 * @throws {Error} with the seed and the last steps, if the destination does not end as the source, ever held what the source never held, an
 * upload is left open whose id somebody held, or a replica is copied again when all is settled and well.
 */
export async function playLongStory(seed: number, { kms = false } = {}): Promise<Told> {
  const story = beginStory(createSchedule({ seed }), kms);
  const { schedule, inbox } = story;
  inbox.onVisible = (at) => schedule.spawn('poller', (task) => deliver(story, { task, at }));
  schedule.spawn('writer', (task) => write(story, task));
  await schedule.run();
  const told = await judge(story);
  if (kms) await replicateAgain(story);
  return told;
}

function beginStory(schedule: Schedule, kms: boolean): LongStory {
  const store = createStore({ now: schedule.now, conflict: () => (schedule.random() < 0.5 ? 409 : 412) });
  for (const bucket of [SOURCE, DESTINATION]) {
    const encryption = { type: 'aws:kms', keyId: 'key', bucketKey: true } as const;
    const encrypted = kms && (bucket === DESTINATION || schedule.random() < 0.1);
    createBucket(store, {
      ...bucket,
      versioning: pick(schedule, ['off', 'enabled', 'suspended']),
      ...(encrypted && { encryption }),
    });
  }
  const ledgerMoods: LedgerFate[] = ['well', 'well', 'well', 'slow', 'down', 'silent', 'late', 'stale'];
  return {
    ledgerMoods,
    ledger: kms
      ? ledgerModel({ schedule, fate: () => ledgerMoods[below(schedule, ledgerMoods.length)] ?? 'well' })
      : undefined,
    schedule,
    store,
    inbox: new InboxModel({ now: schedule.now, visibility: BARRIER }),
    executions: new Map(),
    history: new Set(),
    wrongs: [],
    forgotten: new Set(),
    beginners: new Map(),
    handedOver: 0,
    resumed: 0,
    putAside: 0,
    faultsLeft: pick(schedule, [0, 1, 3, 6]),
    crashesLeft: pick(schedule, [0, 0, 1, 3]),
    invocations: 0,
  };
}

/** Objects of one to four parts, also uneven ones, among them the same ones again and with another description. */
async function write(story: LongStory, task: Task): Promise<void> {
  const { schedule, store, inbox } = story;
  for (let left = 1 + below(schedule, 4); left > 0; left--) {
    await task.sleep(pick(schedule, [0, 500, 20 * SECOND, 10 * MINUTE, 90 * MINUTE]), 'before a write');
    if (schedule.random() < 0.1) deleteObject(store, { bucket: SOURCE.name, key: KEY });
    else {
      const sizes = pick(schedule, [[5, 1], [5, 5, 1], [5, 5, 5, 5], [5, 6, 5], [3]]).map((size) => size * MIB);
      const attributes = { metadata: { edition: pick(schedule, ['1', '1', '2']) } };
      const ofParts = story.ledger !== undefined && schedule.random() < 0.5;
      putInParts(store, {
        bucket: SOURCE.name,
        key: KEY,
        sizes,
        seed: pick(schedule, [1, 2]),
        attributes: { ...attributes, encryption: bucketNamed(store, SOURCE.name).encryption },
        ...(ofParts && { checksum: { algorithm: 'CRC32C', type: 'COMPOSITE' } }),
      });
      story.history.add(await held(story, SOURCE));
    }
    inbox.send({ keys: [{ key: KEY }] });
  }
}

async function deliver(story: LongStory, { task, at }: { readonly task: Task; readonly at: number }): Promise<void> {
  const { schedule, inbox } = story;
  await task.sleep(at - schedule.now() + pick(schedule, [0, 0, 100, 5 * SECOND]), 'until messages are visible');
  if (schedule.now() > A_WEEK) throw new Error('The messages are never settled');
  const messages = inbox.receive(10);
  if (messages.length === 0) return;
  void invoke(story, 'converge', async (call) => {
    const comeBack = await settle(messages, {
      sourceBucket: SOURCE.name,
      world: worldOf(story, call),
      inFlight: 1,
      report: SILENT,
      inbox,
    });
    await call.step('answers SQS');
    for (const { id } of messages) if (!comeBack.includes(id)) inbox.remove(id);
  });
}

/** Runs a function, which may crash, and is killed at its time limit. `undefined`: it failed, or its answer is lost. */
function invoke<T>(story: LongStory, what: string, work: (call: Task) => Promise<T>): Promise<T | undefined> {
  const { schedule } = story;
  const name = `${what} ${++story.invocations}`;
  return new Promise((resolve) => {
    // But for those that the state machine has been told of by then.
    const forgetAll = () => {
      for (const [id, beginner] of story.beginners) if (beginner === name) story.forgotten.add(id);
    };
    const kill = () => {
      if (!schedule.kill(name)) return;
      forgetAll();
      resolve(undefined);
    };
    schedule.spawn(name, async (call) => {
      try {
        resolve(await work(call));
      } catch {
        forgetAll();
        resolve(undefined);
      }
    });
    schedule.spawn(`${name}, time limit`, async (limit) => {
      await limit.sleep(TIME_LIMIT);
      kill();
    });
    if (story.crashesLeft === 0 || schedule.random() < 0.6) return;
    story.crashesLeft--;
    schedule.spawn(`${name}, crash`, async (doom) => {
      for (let step = below(schedule, 40); step > 0; step--) await doom.step('comes nearer');
      kill();
    });
  });
}

function worldOf(story: LongStory, call: Task): World {
  const { schedule, store } = story;
  const began = schedule.now();
  const wire = watched(
    story,
    call,
    scheduledWire({ schedule, caller: call, fate: (request) => nextFate(story, request) }),
  );
  const destination = inProcessDestination({ store, ...DESTINATION, source: SOURCE, wire });
  return {
    source: inProcessBucket({ store, ...SOURCE, wire }),
    destination: { ...destination, ...losingIds(story, { call, destination }) },
    sleep: (milliseconds) => call.sleep(milliseconds),
    now: schedule.now,
    random: schedule.random,
    ledger: story.ledger && harmless(story.ledger.seenBy(call), { ledgerFailed: () => undefined }),
    long: {
      timeLeft: () => began + TIME_LIMIT - schedule.now(),
      partsPerInvocation: pick(schedule, [1, 1, 2, 10_000]),
      handOver: (copy) => handOver(copy, executionsOf(story, call)),
    },
  };
}

/** An id is lost with the answer that tells it, and with a function that cannot end its upload and knows nobody to leave it to. */
function losingIds(
  story: LongStory,
  { call, destination }: { readonly call: Task; readonly destination: DestinationBucket },
): Pick<DestinationBucket, 'beginUpload' | 'abortUpload'> {
  const forget = (ids: Iterable<string>) => {
    for (const id of ids) if (story.beginners.get(id) === call.name) story.forgotten.add(id);
  };
  return {
    async beginUpload(request) {
      try {
        return await destination.beginUpload(request);
      } catch (error) {
        forget(story.beginners.keys());
        throw error;
      }
    },
    async abortUpload(upload) {
      try {
        await destination.abortUpload(upload);
      } catch (error) {
        forget([upload.id]);
        throw error;
      }
    },
  };
}

/** Looks at the destination after every request, and remembers who began an upload. */
function watched(story: LongStory, call: Task, wire: Wire): Wire {
  return (request, serve) =>
    wire(request, async (step) => {
      const before = new Set(bucketNamed(story.store, DESTINATION.name).uploads.keys());
      try {
        return await serve(step);
      } finally {
        for (const id of bucketNamed(story.store, DESTINATION.name).uploads.keys()) {
          if (request.operation === 'CreateMultipartUpload' && !before.has(id) && !story.beginners.has(id)) {
            story.beginners.set(id, call.name);
            // Its beginner was killed meanwhile.
            if (!call.alive()) story.forgotten.add(id);
          }
        }
        const replica = await held(story, DESTINATION);
        if (replica !== NOTHING && !story.history.has(replica)) story.wrongs.push(`the destination held ${replica}`);
      }
    });
}

function nextFate(story: LongStory, { operation }: Call): Fate {
  const { schedule } = story;
  const slow = pick(schedule, [1, 30 * SECOND, 3 * MINUTE]);
  const copies = operation === 'UploadPartCopy' || operation === 'CompleteMultipartUpload';
  const ordinary: Fate = copies && schedule.random() < 0.3 ? { kind: 'answered', slow } : { kind: 'answered' };
  if (story.faultsLeft === 0 || schedule.random() < 0.8) return ordinary;
  story.faultsLeft--;
  // Two writes of one key crossed, says S3, even where neither of them was done in the end.
  if (operation === 'CompleteMultipartUpload' && schedule.random() < 0.3)
    return { kind: 'refused', code: 'ConditionalRequestConflict' };
  return pick<Fate>(schedule, [
    { kind: 'dropped' },
    { kind: 'lost', slow },
    { kind: 'answered', slow: 12 * MINUTE },
    { kind: 'lost', slow: LATEST_LANDING },
    { kind: 'refused', code: 'SlowDown' },
    { kind: 'refused', code: 'InternalError' },
    { kind: 'refused', code: 'AccessDenied' },
  ]);
}

function executionsOf(story: LongStory, call: Task): Executions {
  const { executions, schedule } = story;
  return {
    async start(name, { copy }) {
      await call.step('starts an execution');
      const known = executions.get(name);
      if (known !== undefined) return known;
      executions.set(name, 'runs');
      story.handedOver++;
      // The upload is the state machine's now, whatever becomes of the function.
      if (copy.uploadId !== undefined) adopt(story, copy.uploadId);
      schedule.spawn(`execution ${name.slice(0, 4)}${name.slice(64)}`, async (task) => {
        await execute(story, { task, copy });
        await task.sleep(pick(schedule, [0, 1, 5 * SECOND]), 'ends');
        executions.set(name, 'has ended');
      });
      await call.step('the execution has started');
      return 'started';
    },
  };
}

function adopt(story: LongStory, uploadId: string): void {
  story.beginners.delete(uploadId);
  story.forgotten.delete(uploadId);
}

/** The state machine of `infra/destination/long-copy.ts`. */
async function execute(
  story: LongStory,
  { task, copy: first }: { readonly task: Task; readonly copy: LongCopy },
): Promise<void> {
  const { schedule, inbox } = story;
  let copy = first;
  let ended = 0;
  for (let failures = 0; failures < 20;) {
    const answer = await resumeOnce(story, copy);
    await task.step('has an answer, or none');
    if (answer === undefined) {
      await task.sleep(Math.min(60, 2 ** failures++) * MINUTE, 'tries again');
      continue;
    }
    if (answer === 'its upload has ended') {
      if (ended++ < 1) await task.sleep(MINUTE, 'tries once more');
      else {
        putAside(story);
        return;
      }
      continue;
    }
    failures = 0;
    ended = 0;
    if (answer.status === 'done') return;
    if (answer.status === 'again' || answer.status === 'unclear') {
      copy = answer.state;
      if (copy.uploadId !== undefined) adopt(story, copy.uploadId);
      if (answer.status === 'unclear') await task.sleep(BARRIER, 'until it has landed or died');
    } else {
      schedule.spawn('message to the inbox', async (message) => {
        await message.sleep(MINUTE, 'delayed');
        inbox.send({ keys: [{ key: KEY }] });
      });
      return;
    }
  }
  throw new Error('The state machine gave up');
}

/** The key is in the failed queue, from which a person sends it again. */
function putAside(story: LongStory): void {
  story.putAside++;
  story.schedule.spawn('message to the inbox', async (message) => {
    await message.sleep(90 * MINUTE, 'until a person has looked');
    story.inbox.send({ keys: [{ key: KEY }] });
  });
}

async function resumeOnce(
  story: LongStory,
  copy: LongCopy,
): Promise<LongCopyAnswer | 'its upload has ended' | undefined> {
  story.resumed++;
  return invoke(story, 'resume', async (call) => {
    const answer = await answerLongCopy({ resume: copy }, { world: worldOf(story, call), report: SILENT }).catch(
      (error: unknown) => {
        if (error instanceof Error && error.name === 'UploadEnded') return 'its upload has ended' as const;
        throw error;
      },
    );
    await call.step('answers the state machine');
    return answer;
  });
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
const NOTHING = 'nothing';

async function held(story: LongStory, bucket: typeof SOURCE): Promise<string> {
  const state = await look(story, bucket);
  return state === undefined ? NOTHING : JSON.stringify([state.etag, state.size, state.description]);
}

/** Where replicas are encrypted by KMS, an object has the MD5 of its bytes in place of its ETag. */
async function look({ store, ledger }: LongStory, bucket: typeof SOURCE): Promise<ObjectState | undefined> {
  const state = await inProcessBucket({ store, ...bucket }).head(objectKey(KEY));
  const version = currentVersion(bucketNamed(store, bucket.name), KEY);
  if (ledger === undefined || state === undefined || version?.kind !== 'object') return state;
  return { ...state, etag: contentMd5(version.content) };
}

async function judge(story: LongStory): Promise<Told> {
  const { store, schedule, forgotten, wrongs, handedOver, resumed, putAside } = story;
  const action = decide(await look(story, SOURCE), await look(story, DESTINATION));
  const open = [...bucketNamed(store, DESTINATION.name).uploads.keys()];
  const problems = [
    ...wrongs,
    ...(action.do === 'skip' ? [] : [`the replica is not the source: ${action.reason}`]),
    ...open.filter((id) => !forgotten.has(id)).map((id) => `${id} is left open`),
  ];
  if (problems.length > 0)
    throw new Error([`Seed ${schedule.seed}: ${problems[0]}`, ...schedule.trace().slice(-120)].join('\n'));
  return { handedOver, resumed, forgotten: open.length, putAside };
}

/** Nothing fails any more. The first time may have to copy once more, if the note was lost; the second copies nothing. */
async function replicateAgain(story: LongStory): Promise<void> {
  const { store, schedule, inbox, ledgerMoods } = story;
  ledgerMoods.splice(0);
  story.faultsLeft = 0;
  story.crashesLeft = 0;
  const replicate = async () => {
    inbox.send({ keys: [{ key: KEY }] });
    await schedule.run();
    await judge(story);
    return [bucketNamed(store, DESTINATION.name).keys.get(KEY)?.writes, story.handedOver];
  };
  const first = await replicate();
  if (!isDeepStrictEqual(await replicate(), first))
    throw new Error([`Seed ${schedule.seed}: copied again`, ...schedule.trace().slice(-120)].join('\n'));
}

function below({ random }: Schedule, limit: number): number {
  return Math.floor(random() * limit);
}

function pick<T>(schedule: Schedule, choices: readonly [T, ...T[]]): T {
  return choices[below(schedule, choices.length)] ?? choices[0];
}
