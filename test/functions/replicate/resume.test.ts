import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { converge } from '../../../functions/replicate/converge.ts';
import { settingsFrom } from '../../../functions/replicate/settings.ts';
import { worldFor } from '../../../functions/replicate/world.ts';
import { objectKey } from '../../../shared/objects/object-key.ts';
import { putInParts } from '../../support/put-in-parts.ts';
import { embeddedMetrics } from '../../support/embedded-metrics.ts';
import { created, DESTINATION, SOURCE, startRig } from '../../support/replicate-rig.ts';
import type { Rig } from '../../support/replicate-rig.ts';
import type { Step } from '../../support/s3-simulator/serve.ts';
import { putObject } from '../../support/s3-simulator/put-object.ts';
import { bucketNamed, currentVersion } from '../../support/s3-simulator/store.ts';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
const ARN = 'arn:aws:states:eu-west-1:111122223333:stateMachine:photos-eu-long-copy';
const source = { bucket: SOURCE.name, key: 'k' };
const sizes = [5, 5, 5, 5, 5, 1].map((size) => size * MIB);
const sfn = mockClient(SFNClient);
let rig: Rig;
let onStep: (step: Step) => void = () => undefined;

beforeEach(async () => {
  onStep = () => undefined;
  rig = await startRig({ onStep: (step) => onStep(step) });
  vi.spyOn(Math, 'random').mockReturnValue(0.001);
  vi.stubEnv('LONG_COPY_STATE_MACHINE_ARN', ARN);
  vi.stubEnv('PARTS_PER_INVOCATION', '2');
  sfn.on(StartExecutionCommand).resolves({});
});
afterEach(async () => {
  sfn.reset();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await rig.s3.close();
});

interface State {
  readonly [field: string]: unknown;
  readonly uploadId?: string;
}
interface Answer {
  readonly status: string;
  readonly state: State;
}

/** What the function was asked to hand over. */
function handedOver(): State {
  const [call] = sfn.commandCalls(StartExecutionCommand);
  return JSON.parse(call?.args[0].input.input ?? '{}').copy;
}

async function handOver(): Promise<State> {
  const original = putInParts(rig.store, { ...source, sizes });
  const { failed, lines } = await rig.invoke(created('k', original.etag));
  expect(failed).toEqual([]);
  expect(lines).toContainEqual(expect.objectContaining({ key: 'k', outcome: 'handed-over' }));
  return handedOver();
}

async function resume(state: State): Promise<Answer> {
  const answer = await rig.invokeWith({ resume: state });
  return JSON.parse(JSON.stringify(answer));
}

/** As the state machine does, until the copy is not to be gone on with. */
async function resumeToTheEnd(from: State): Promise<{ readonly answer: Answer; readonly invocations: number }> {
  let state = from;
  for (let invocations = 1; ; invocations++) {
    const answer = await resume(state);
    if (answer.status !== 'again') return { answer, invocations };
    state = answer.state;
  }
}

/** How often each part was asked for. */
function partCopies(): Record<string, number> {
  const numbers = rig.s3.requests.only({ operation: 'UploadPartCopy' }).map(({ query }) => query.get('partNumber'));
  return Object.fromEntries(Object.entries(Object.groupBy(numbers, String)).map(([n, all]) => [n, all?.length ?? 0]));
}
const EACH_ONCE = { 1: 1, 2: 1, 3: 1, 4: 1, 5: 1, 6: 1 };

/** The ETag of "by hand". */
const BY_HAND = '7d909037a76176adb749eda313187060';

function openUploads(): number {
  return bucketNamed(rig.store, DESTINATION.name).uploads.size;
}

function etagIn(bucket: string): string | undefined {
  const version = currentVersion(bucketNamed(rig.store, bucket), 'k');
  return version?.kind === 'object' ? version.etag : undefined;
}

describe('a copy longer than an invocation', () => {
  it('is handed over untouched, and goes through several invocations', async () => {
    const state = await handOver();
    expect(state).toMatchObject({ key: 'k', partSize: 5 * MIB, attempt: 1, rounds: 0 });
    expect(rig.s3.requests.count({ operation: 'CreateMultipartUpload' })).toBe(0);
    const { answer, invocations } = await resumeToTheEnd(state);
    expect(answer).toEqual({ status: 'done' });
    // One begins the upload, three copy two parts each, the last looks at the source once more.
    expect(invocations).toBe(5);
    expect(partCopies()).toEqual(EACH_ONCE);
    expect(etagIn(DESTINATION.name)).toBe(etagIn(SOURCE.name));
    expect(openUploads()).toBe(0);
    const again = await rig.invoke(created('k'));
    expect(again.lines).toContainEqual(expect.objectContaining({ outcome: 'same' }));
  });

  it('tells at every invocation how long ago the object was put, by a metric of its own until one fails', async () => {
    const { etag } = putInParts(rig.store, { ...source, sizes });
    const event: object = JSON.parse(JSON.stringify(created('k', etag)), (name, value: unknown) =>
      name === 'eventTime' ? new Date(Date.now() - 3_600_000).toISOString() : value,
    );
    await rig.invoke(event);
    const lagsOf = async (state: State) => {
      const { answer, lines } = await rig.watchWith({ resume: state });
      return { answer: String(answer), lags: embeddedMetrics(lines).filter(({ name }) => name.endsWith('Lag')) };
    };
    const late = [expect.toSatisfy((lag: number) => lag >= 3_600_000 && lag < 3_660_000)];
    const state = handedOver();
    expect((await lagsOf(state)).lags).toMatchObject([{ name: 'LongCopyLag', values: late }]);
    rig.s3.faults.add({ match: { operation: 'HeadObject' }, times: 'always', fault: '403 AccessDenied' });
    expect(await lagsOf(state)).toMatchObject({
      answer: expect.stringContaining('403'),
      lags: [{ name: 'Lag', values: late }],
    });
  });

  it('keeps its message if the state machine does not take it', async () => {
    sfn.on(StartExecutionCommand).rejects(new Error('denied'));
    putInParts(rig.store, { ...source, sizes });
    const { failed, lines } = await rig.invoke(created('k'));
    expect(failed).toEqual(['m0']);
    expect(lines).toContainEqual(
      expect.objectContaining({ outcome: 'failed', reason: expect.stringContaining('denied') }),
    );
  });

  it('keeps its odd layout, tags and checksums', async () => {
    const tags = Array.from({ length: 10 }, (_, n) => ({ key: `${n}${'ü'.repeat(100)}`, value: 'ß'.repeat(250) }));
    const original = putInParts(rig.store, {
      ...source,
      sizes: [7 * MIB + 1, 5 * MIB, 9 * MIB, 3],
      attributes: { tags, metadata: { camera: 'x100' } },
      checksum: { algorithm: 'SHA256', type: 'COMPOSITE' },
    });
    await rig.invoke(created('k'));
    expect((await resumeToTheEnd(handedOver())).answer).toEqual({ status: 'done' });
    const { etag, metadata, checksum } = original;
    expect(currentVersion(bucketNamed(rig.store, DESTINATION.name), 'k')).toMatchObject({
      etag,
      tags,
      metadata,
      checksum,
    });
  });

  it('is copied once more where its parts only looked even', async () => {
    const original = putInParts(rig.store, { ...source, sizes: [6 * MIB, 7 * MIB, 5 * MIB] });
    await rig.invoke(created('k'));
    expect(handedOver()).toMatchObject({ partSize: 6 * MIB });
    expect((await resumeToTheEnd(handedOver())).answer).toEqual({ status: 'done' });
    expect(etagIn(DESTINATION.name)).toBe(original.etag);
    expect(openUploads()).toBe(0);
    // No replica with another ETag was there meanwhile.
    expect(bucketNamed(rig.store, DESTINATION.name).keys.get('k')?.versions).toHaveLength(1);
  });

  it('that was put in one piece of more than 5 GiB is copied in parts of our own, once', async () => {
    vi.stubEnv('PARTS_PER_INVOCATION', '100');
    putObject(rig.store, { ...source, content: 'x' });
    const large = putInParts(rig.store, { ...source, key: 'other', sizes: [4 * GIB, 4 * GIB] });
    const state = bucketNamed(rig.store, SOURCE.name).keys.get('k');
    if (state === undefined) throw new Error('no object');
    state.versions = state.versions.map((version) => ({ ...version, content: large.content }));
    await rig.invoke(created('k'));
    expect(handedOver()).toMatchObject({ partSize: 64 * MIB });
    expect((await resumeToTheEnd(handedOver())).answer).toEqual({ status: 'done' });
    expect(rig.s3.requests.count({ operation: 'CreateMultipartUpload' })).toBe(1);
    expect(rig.s3.requests.count({ operation: 'UploadPartCopy' })).toBe(128);
    expect(etagIn(DESTINATION.name)).toMatch(/-128$/);
  });

  it('that has more than 1,000 parts goes on behind all that are done', async () => {
    vi.stubEnv('PARTS_PER_INVOCATION', '1100');
    putInParts(rig.store, { ...source, sizes: Array.from({ length: 1200 }, () => 5 * MIB) });
    await rig.invoke(created('k'));
    expect(await resumeToTheEnd(handedOver())).toMatchObject({ answer: { status: 'done' }, invocations: 4 });
    expect(rig.s3.requests.count({ operation: 'UploadPartCopy' })).toBe(1200);
    expect(etagIn(DESTINATION.name)).toBe(etagIn(SOURCE.name));
  });
});

describe('cut off after any part', () => {
  it.each([0, 1, 2, 3, 4, 5, 6])('%i: no part that is done is copied again', async (done) => {
    vi.stubEnv('PARTS_PER_INVOCATION', '5');
    const begun = await resume(await handOver());
    vi.stubEnv('PARTS_PER_INVOCATION', '10');
    // The request after so many parts is refused, and so the invocation ends.
    const refused = done === 6 ? 'CompleteMultipartUpload' : 'UploadPartCopy';
    rig.s3.faults.add({
      match: ({ operation, query }) => operation === refused && (done === 6 || Number(query.get('partNumber')) > done),
      times: 'always',
      fault: '403 AccessDenied',
    });
    await expect(resume(begun.state)).rejects.toThrow(/Cannot copy "k" to "photos-eu": AccessDenied/);
    const first = partCopies();
    rig.s3.faults.clear();
    rig.s3.requests.clear();
    expect((await resumeToTheEnd(begun.state)).answer).toEqual({ status: 'done' });
    for (let number = 1; number <= done; number++) {
      expect(first[number]).toBe(1);
      expect(partCopies()[number]).toBeUndefined();
    }
    expect(rig.s3.requests.count({ operation: 'UploadPartCopy' })).toBe(6 - done);
    expect(etagIn(DESTINATION.name)).toBe(etagIn(SOURCE.name));
  });

  it('is handed over with what is done when it turns out longer than was thought', async () => {
    vi.stubEnv('PARTS_PER_INVOCATION', '40');
    putInParts(rig.store, { ...source, sizes: Array.from({ length: 40 }, () => 5 * MIB) });
    let later = 0;
    vi.spyOn(Date, 'now').mockImplementation(() => performance.timeOrigin + performance.now() + later);
    onStep = ({ at, request }) => {
      if (at === 'committed' && request.operation === 'UploadPartCopy') later += 50_000;
    };
    expect((await rig.invoke(created('k'))).lines).toContainEqual(expect.objectContaining({ outcome: 'handed-over' }));
    expect(handedOver().uploadId).toEqual(expect.any(String));
    const first = Object.keys(partCopies()).length;
    expect(first).toBeLessThan(40);
    onStep = () => undefined;
    expect((await resumeToTheEnd(handedOver())).answer).toEqual({ status: 'done' });
    expect(Object.values(partCopies())).toEqual(Array.from({ length: 40 }, () => 1));
    expect(etagIn(DESTINATION.name)).toBe(etagIn(SOURCE.name));
  });

  it('with an execution of another upload under way, ends its own upload', async () => {
    vi.stubEnv('PARTS_PER_INVOCATION', '40');
    putInParts(rig.store, { ...source, sizes: Array.from({ length: 40 }, () => 5 * MIB) });
    sfn.on(StartExecutionCommand).rejects(new ExecutionAlreadyExists({ message: 'there', $metadata: {} }));
    sfn.on(DescribeExecutionCommand).resolves({ status: 'RUNNING' });
    let later = 0;
    vi.spyOn(Date, 'now').mockImplementation(() => performance.timeOrigin + performance.now() + later);
    onStep = ({ at, request }) => {
      if (at === 'committed' && request.operation === 'UploadPartCopy') later += 50_000;
    };
    const { failed, lines } = await rig.invoke(created('k'));
    expect(failed).toEqual([]);
    expect(lines).toContainEqual(expect.objectContaining({ outcome: 'handed-over', reason: 'under way already' }));
    expect(openUploads()).toBe(0);
  });

  it('begins no part for which the time is too short', async () => {
    const { state } = await resume(await handOver());
    let left = 0;
    vi.spyOn(Date, 'now').mockImplementation(() => performance.timeOrigin + performance.now() + left);
    onStep = ({ at, request }) => {
      if (at === 'committed' && request.operation === 'UploadPartCopy') left += 500_000;
    };
    const first = await resume(state);
    expect(first.status).toBe('again');
    expect((await resumeToTheEnd(first.state)).answer).toEqual({ status: 'done' });
    expect(partCopies()).toEqual(EACH_ONCE);
  });
});

describe('between two invocations', () => {
  it.each(['source', 'destination', 'description'] as const)(
    'a %s that changes leaves the key to the inbox, and no upload',
    async (side) => {
      let answer = await resume(await handOver());
      answer = await resume(answer.state);
      expect(openUploads()).toBe(1);
      if (side === 'source') putInParts(rig.store, { ...source, sizes, seed: 2 });
      if (side === 'description')
        putInParts(rig.store, { ...source, sizes, attributes: { metadata: { edition: '2' } } });
      if (side === 'destination') putObject(rig.store, { bucket: DESTINATION.name, key: 'k', content: 'by hand' });
      expect(await resume(answer.state)).toMatchObject({ status: 'look again' });
      expect(openUploads()).toBe(0);
      expect([undefined, BY_HAND]).toContain(etagIn(DESTINATION.name));

      sfn.resetHistory();
      await rig.invoke({ keys: [{ key: 'k' }] });
      expect((await resumeToTheEnd(handedOver())).answer).toEqual({ status: 'done' });
      expect(etagIn(DESTINATION.name)).toBe(etagIn(SOURCE.name));
    },
  );

  it('an upload that somebody ended is a failure that says so, and is not begun again', async () => {
    const { state } = await resume(await handOver());
    bucketNamed(rig.store, DESTINATION.name).uploads.clear();
    await expect(resume(state)).rejects.toThrow(
      expect.objectContaining({ name: 'UploadEnded', message: expect.stringMatching(/somebody ended its upload/) }),
    );
  });

  it('a source that changes while a part is copied is never mixed', async () => {
    const { state } = await resume(await handOver());
    onStep = ({ at, request }) => {
      if (at !== 'committed' || request.operation !== 'UploadPartCopy') return;
      onStep = () => undefined;
      putInParts(rig.store, { ...source, sizes, seed: 2 });
    };
    expect((await resumeToTheEnd(state)).answer).toMatchObject({ status: 'look again' });
    expect(openUploads()).toBe(0);
    expect(etagIn(DESTINATION.name)).toBeUndefined();
  });

  it('a source that changes while the object is completed is looked at again', async () => {
    const { state } = await resume(await handOver());
    onStep = ({ at, request }) => {
      if (at !== 'committed' || request.operation !== 'CompleteMultipartUpload') return;
      putInParts(rig.store, { ...source, sizes, seed: 2 });
    };
    expect((await resumeToTheEnd(state)).answer).toMatchObject({ status: 'look again' });
  });
});

describe('the completion', () => {
  it.each(['before commit', 'after commit', 'late'] as const)(
    'whose answer is lost %s is unclear, and found out later',
    async (when) => {
      const state = await handOver();
      const lost = rig.s3.faults.add({ match: { operation: 'CompleteMultipartUpload' }, fault: 'reset', when });
      const begun = await resume(state);
      const last = await resume((await resume(begun.state)).state);
      const unclear = await resume(last.state);
      expect(unclear).toMatchObject({ status: 'unclear', state: { unclear: 1 } });
      lost.release();
      const landed = etagIn(DESTINATION.name) !== undefined;
      expect(landed).toBe(when !== 'before commit');
      // What has died is completed with the parts that are there, what has landed is left to the inbox, which finds it equal.
      expect((await resumeToTheEnd(unclear.state)).answer).toMatchObject({ status: landed ? 'look again' : 'done' });
      expect(partCopies()).toEqual(EACH_ONCE);
      expect(openUploads()).toBe(0);
      expect((await rig.invoke({ keys: [{ key: 'k' }] })).lines).toContainEqual(
        expect.objectContaining({ outcome: 'same' }),
      );
    },
  );

  it.each(['409 ConditionalRequestConflict', '412 PreconditionFailed'] as const)(
    'answered %s leaves the key to the inbox',
    async (fault) => {
      const state = await handOver();
      rig.s3.faults.add({ match: { operation: 'CompleteMultipartUpload' }, fault });
      expect((await resumeToTheEnd(state)).answer).toMatchObject({ status: 'look again' });
      expect(openUploads()).toBe(0);
    },
  );

  it('answered 409 leaves a key that is taken for under way until the execution has ended: so the state machine lets the message come later', async () => {
    const state = await handOver();
    rig.s3.faults.add({ match: { operation: 'CompleteMultipartUpload' }, fault: '409 ConditionalRequestConflict' });
    expect((await resumeToTheEnd(state)).answer).toMatchObject({ status: 'look again' });

    sfn.resetHistory();
    sfn.on(StartExecutionCommand).rejectsOnce(new ExecutionAlreadyExists({ message: 'there', $metadata: {} }));
    sfn.on(DescribeExecutionCommand).resolvesOnce({ status: 'RUNNING' });
    const tooSoon = await rig.invoke({ keys: [{ key: 'k' }] });
    expect(tooSoon.failed).toEqual([]);
    expect(tooSoon.lines).toContainEqual(expect.objectContaining({ reason: 'under way already' }));
    expect(etagIn(DESTINATION.name)).toBeUndefined();

    sfn.reset();
    sfn.on(StartExecutionCommand).rejectsOnce(new ExecutionAlreadyExists({ message: 'there', $metadata: {} }));
    sfn.on(StartExecutionCommand).resolves({});
    sfn.on(DescribeExecutionCommand).resolves({ status: 'SUCCEEDED' });
    await rig.invoke({ keys: [{ key: 'k' }] });
    expect((await resumeToTheEnd(handedOver())).answer).toEqual({ status: 'done' });
    expect(etagIn(DESTINATION.name)).toBe(etagIn(SOURCE.name));
  });

  it('answered SlowDown is asked for again at once, with the same parts', async () => {
    const state = await handOver();
    rig.s3.faults.add({ match: { operation: 'CompleteMultipartUpload' }, fault: '503 SlowDown' });
    let last = await resume(state);
    last = await resume((await resume(last.state)).state);
    expect((await resumeToTheEnd(last.state)).answer).toEqual({ status: 'done' });
    expect(partCopies()).toEqual(EACH_ONCE);
  });

  it('that never gets a clear answer fails in the end', async () => {
    const state = await handOver();
    rig.s3.faults.add({ match: { operation: 'CompleteMultipartUpload' }, times: 'always', fault: '500 InternalError' });
    let { answer } = await resumeToTheEnd(state);
    for (let times = 1; times <= 5; times++) {
      expect(answer).toMatchObject({ status: 'unclear', state: { unclear: times } });
      if (times < 5) answer = await resume(answer.state);
    }
    await expect(resume(answer.state)).rejects.toThrow(/no clear answer, 6 times: InternalError/);
    expect(partCopies()).toEqual(EACH_ONCE);
  });
});

it('a copy that is given up leaves no upload of its own, and those of others', async () => {
  const { state } = await resume(await handOver());
  putObject(rig.store, { ...source, key: 'other', content: 'x' });
  const { state: others } = await resume(handedOver());
  expect(openUploads()).toBe(2);
  expect(await rig.invokeWith({ giveUp: state, reason: 'AccessDenied' })).toEqual({ status: 'given up' });
  expect([...bucketNamed(rig.store, DESTINATION.name).uploads.keys()]).toEqual([others.uploadId]);
  expect(await rig.invokeWith({ giveUp: state })).toEqual({ status: 'given up' });
});

it('without a state machine a copy whose time is up fails, and says why', async () => {
  vi.stubEnv('LONG_COPY_STATE_MACHINE_ARN', undefined);
  const { etag } = putInParts(rig.store, { ...source, sizes });
  rig.s3.faults.add({ match: { operation: 'UploadPartCopy' }, times: 'always', fault: 'hang' });
  const hint = { key: objectKey('k'), sourceETag: etag };
  expect(await converge(hint, worldFor(settingsFrom(process.env), 500))).toMatchObject({
    outcome: 'failed',
    reason: expect.stringContaining('longer than an invocation, and no state machine is configured'),
  });
  expect(openUploads()).toBe(0);
});

describe('a hostile input', () => {
  const good = { key: 'k', sourceETag: 'a'.repeat(32), source: 'b'.repeat(64), attempt: 1, rounds: 0 };
  it.each<[string, unknown]>([
    ['nothing', {}],
    ['null', null],
    ['a list', [good]],
    ['no key', { ...good, key: '' }],
    ['half a character', { ...good, key: '\uD800' }],
    ['a key that is too long', { ...good, key: 'k'.repeat(1025) }],
    ['an ETag that ends a header', { ...good, sourceETag: 'a"\r\nx-amz-acl: public-read' }],
    ['another ETag of that kind', { ...good, replicaETag: '*"' }],
    ['an id with a line break', { ...good, uploadId: 'a\nb' }],
    ['parts of no size', { ...good, partSize: 0 }],
    ['parts of half a byte', { ...good, partSize: 5.5 }],
    ['parts of more than 5 GiB', { ...good, partSize: 6 * 1024 ** 3 }],
    ['an object made of it that has no ETag', { ...good, completed: { versionId: 'v' } }],
    ['an attempt that is none', { ...good, attempt: 'first' }],
    ['a field of somebody else', { ...good, bucket: 'payroll' }],
  ])('%s is refused before anything is asked of S3', async (_, state) => {
    await expect(rig.invokeWith({ resume: state })).rejects.toThrow(/^Cannot read the event: /);
    await expect(rig.invokeWith({ giveUp: state })).rejects.toThrow(/^Cannot read the event: /);
    expect(rig.s3.requests.count()).toBe(0);
  });

  it('the id of an upload of another key ends nothing', async () => {
    const { state } = await resume(await handOver());
    await rig.invokeWith({ giveUp: { ...state, key: 'other' } });
    expect(openUploads()).toBe(1);
  });

  it('parts too small for the object are refused', async () => {
    const { state } = await resume(await handOver());
    await expect(resume({ ...state, partSize: 1 })).rejects.toThrow(/too many/);
  });

  it('a copy that has been resumed too often is not resumed again', async () => {
    await expect(resume({ ...(await handOver()), rounds: 2_000 })).rejects.toThrow(/not done after 2000 invocations/);
  });
});
