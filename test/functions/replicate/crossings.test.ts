import { afterEach, expect, it, vi } from 'vitest';
import { created, DESTINATION, SOURCE, startRig } from '../../support/replicate-rig.ts';
import type { Rig } from '../../support/replicate-rig.ts';
import { bytesOf } from '../../support/s3-simulator/content.ts';
import { deleteObject } from '../../support/s3-simulator/delete-object.ts';
import type { Step } from '../../support/s3-simulator/serve.ts';
import { putObject } from '../../support/s3-simulator/put-object.ts';
import { bucketNamed, changeBucket, currentVersion } from '../../support/s3-simulator/store.ts';

/** What happens in the world while a request is under way, once. */
let meanwhile: { readonly when: (step: Step) => boolean; readonly happen: () => unknown } | undefined;
let rig: Rig;

afterEach(async () => {
  meanwhile = undefined;
  vi.unstubAllEnvs();
  await rig.s3.close();
});

async function begin(): Promise<void> {
  rig = await startRig({
    async onStep(step) {
      if (!meanwhile?.when(step)) return;
      const { happen } = meanwhile;
      meanwhile = undefined;
      await happen();
    },
  });
}

const whileCopying = ({ at, request }: Step) => at === 'begun' && request.operation === 'CopyObject';
const whileOverwriting = (step: Step) => whileCopying(step) && 'if-match' in step.request.headers;
const afterLook = ({ at, request }: Step) =>
  at === 'committed' && request.operation === 'HeadObject' && request.bucket === DESTINATION.name;
const named = { keys: [{ key: 'k' }] };

function replica() {
  const version = currentVersion(bucketNamed(rig.store, DESTINATION.name), 'k');
  if (version?.kind !== 'object') return undefined;
  return { content: bytesOf(version.content).toString(), metadata: version.metadata };
}

function contentsEver(): string[] {
  const { versions = [] } = bucketNamed(rig.store, DESTINATION.name).keys.get('k') ?? {};
  return versions.flatMap((version) => (version.kind === 'object' ? bytesOf(version.content).toString() : []));
}

it('A, B, A: a copy of B that was begun before A came back is not the last word', async () => {
  await begin();
  await rig.invoke(created('k', rig.put('k', 'A').etag));
  const { etag } = rig.put('k', 'B');
  meanwhile = {
    when: whileOverwriting,
    async happen() {
      // The event of the second A finds both sides equal, and is settled.
      expect((await rig.invoke(created('k', rig.put('k', 'A').etag))).failed).toEqual([]);
    },
  };
  await rig.invoke(created('k', etag));
  expect(replica()?.content).toBe('A');
  expect(contentsEver()).toEqual(['A', 'B', 'A']);
});

it('a slow copy of an old state is refused once a newer one is there', async () => {
  await begin();
  const { etag } = rig.put('k', 'old');
  meanwhile = { when: whileCopying, happen: () => rig.invoke(created('k', rig.put('k', 'new').etag)) };
  const { failed } = await rig.invoke(created('k', etag));
  expect(failed).toEqual([]);
  expect(contentsEver()).toEqual(['new']);
});

it('a copy that outlives its function does not overwrite what came after', async () => {
  await begin();
  const late = rig.s3.faults.add({ match: { operation: 'CopyObject' }, fault: 'reset', when: 'late' });
  rig.s3.faults.add({ match: { operation: 'HeadObject' }, times: 1, fault: '403 AccessDenied' });
  const { failed } = await rig.invoke(created('k', rig.put('k', 'old').etag));
  expect(failed).toEqual(['m0']);
  await rig.invoke(created('k', rig.put('k', 'new').etag));
  expect(late.release()).toEqual(['PreconditionFailed']);
  expect(contentsEver()).toEqual(['new']);
});

it('a copy that outlives its function and lands on the state it was made for is put right when its message comes back', async () => {
  await begin();
  await rig.invoke(created('k', rig.put('k', 'A').etag));
  rig.put('k', 'B');
  const late = rig.s3.faults.add({
    match: ({ headers, operation }) => operation === 'CopyObject' && 'if-match' in headers,
    fault: 'reset',
    when: 'late',
  });
  meanwhile = {
    when: ({ at, request }) => at === 'answered' && request.operation === 'CopyObject',
    happen: () => rig.put('k', 'A'),
  };
  const first = await rig.invoke(named);
  // The lost copy has not landed yet: both sides are equal, and yet the message is kept.
  expect(first.failed).toEqual(['m0']);
  expect(late.release()).toEqual(['committed']);
  expect(replica()?.content).toBe('B');
  await rig.invoke(named);
  expect(replica()?.content).toBe('A');
});

it('an object overwritten while it is copied as a new one arrives, though its second event is lost', async () => {
  await begin();
  const { etag } = rig.put('k', 'old');
  meanwhile = { when: whileCopying, happen: () => rig.put('k', 'new') };
  expect((await rig.invoke(created('k', etag))).failed).toEqual([]);
  expect(replica()?.content).toBe('new');
});

it.each([
  ['versioned', 'enabled'],
  ['unversioned', 'off'],
  // Whatever is written then has the version "null".
  ['suspended', 'suspended'],
] as const)(
  'metadata rewritten while a new object of a %s source is copied arrives, though its second event is lost',
  async (_, versioning) => {
    await begin();
    changeBucket(rig.store, SOURCE.name, { versioning });
    const { etag } = rig.put('k', 'same', { metadata: { edition: '1' } });
    meanwhile = {
      when: whileCopying,
      happen() {
        // Without versions only the time tells, in whole seconds.
        vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 1500);
        rig.put('k', 'same', { metadata: { edition: '2' } });
        vi.mocked(Date.now).mockRestore();
      },
    };
    expect((await rig.invoke(created('k', etag))).failed).toEqual([]);
    expect(replica()?.metadata).toEqual({ edition: '2' });
  },
);

it('an object deleted between look and copy is gone, not an error', async () => {
  await begin();
  rig.put('k', 'one');
  meanwhile = { when: afterLook, happen: () => deleteObject(rig.store, { bucket: SOURCE.name, key: 'k' }) };
  const { failed, lines } = await rig.invoke(named);
  expect(failed).toEqual([]);
  expect(lines).toContainEqual(expect.objectContaining({ outcome: 'skipped', reason: 'source is gone' }));
  expect(replica()).toBeUndefined();
});

it('an object deleted while it is copied leaves the replica that was made', async () => {
  await begin();
  rig.put('k', 'one');
  meanwhile = { when: whileCopying, happen: () => deleteObject(rig.store, { bucket: SOURCE.name, key: 'k' }) };
  const { failed } = await rig.invoke(named);
  expect(failed).toEqual([]);
  expect(replica()?.content).toBe('one');
});

it('metadata rewritten in place while the object is copied arrives as well', async () => {
  await begin();
  rig.put('k', 'same', { metadata: { edition: '1' } });
  const rewrite = () => rig.put('k', 'same', { metadata: { edition: '2' } });
  meanwhile = { when: whileCopying, happen: rewrite };
  await rig.invoke(named);
  expect(replica()).toEqual({ content: 'same', metadata: { edition: '2' } });
});

it('a replica changed by hand between look and copy is looked at again, then overwritten', async () => {
  await begin();
  rig.put('k', 'ours');
  meanwhile = {
    when: afterLook,
    happen: () => putObject(rig.store, { bucket: DESTINATION.name, key: 'k', content: 'by hand' }),
  };
  const { failed, lines } = await rig.invoke(named);
  expect(failed).toEqual([]);
  expect(lines).toContainEqual(expect.objectContaining({ outcome: 'copied', reason: 'content differs' }));
  expect(contentsEver()).toEqual(['by hand', 'ours']);
});

it('a replica removed by hand between look and copy is made again', async () => {
  await begin();
  await rig.invoke(created('k', rig.put('k', 'one').etag));
  rig.put('k', 'two');
  meanwhile = { when: afterLook, happen: () => deleteObject(rig.store, { bucket: DESTINATION.name, key: 'k' }) };
  const { failed } = await rig.invoke(named);
  expect(failed).toEqual([]);
  expect(replica()?.content).toBe('two');
});
