import { describe, expect, it } from 'vitest';
import { sideOf } from '../../../functions/reconcile/merge.ts';
import { isGivenUp, newShare, ReplicasUnlisted } from '../../../functions/reconcile/share.ts';
import type { RangeProgress, Share } from '../../../functions/reconcile/share.ts';
import { workOnShare } from '../../../functions/reconcile/work-on-share.ts';
import { objectKey } from '../../../shared/objects/object-key.ts';
import { textsOf } from '../../../shared/listing/texts.ts';
import { reconcileRig } from '../../support/reconcile-rig.ts';
import type { Rig } from '../../support/reconcile-rig.ts';

const NAME = 'work/share.json';

/** One range of two pages for each letter. */
const KEYS: Readonly<Record<string, readonly string[]>> = { a: ['a1', 'a2'], b: ['b1', 'b2'] };

interface Counted {
  readonly seen: string[];
}

interface Scene {
  /** Before what was visited of a range is found out. */
  readonly findOut?: (letter: string, keys: readonly string[]) => Promise<void>;
  readonly onPage?: (key: string) => void;
}

async function rigWithShare(): Promise<Rig> {
  const rig = reconcileRig();
  const ranges = Object.keys(KEYS).map((letter) => ({
    range: { after: objectKey(letter), through: objectKey(`${letter}9`) },
    differences: [],
  }));
  await rig.files.write(NAME, JSON.stringify(newShare<Counted>(ranges, [{ seen: [] }])));
  return rig;
}

function work(rig: Rig, { findOut, onPage }: Scene = {}): Promise<boolean> {
  return workOnShare<Counted>(rig.world(), { name: NAME, streams: 1, listings: 8 }, (progress, { share }) => {
    let visited: string[] = [];
    const letter = progress.range.after ?? '';
    return {
      sides: [sideOf(pagesOf(progress, onPage))],
      visit: (key) => void visited.push(key()),
      async findOut() {
        const keys = visited;
        visited = [];
        await findOut?.(letter, keys);
        return () => share.tallies[0]?.seen.push(...keys);
      },
    };
  });
}

async function* pagesOf({ range, cursor }: RangeProgress, onPage?: (key: string) => void) {
  for (const key of KEYS[range.after ?? ''] ?? []) {
    if (cursor !== undefined && key <= cursor) continue;
    onPage?.(key);
    yield { keys: textsOf([key]) };
  }
}

async function kept(rig: Rig): Promise<Share<Counted>> {
  return JSON.parse((await rig.files.read(NAME))?.text ?? '');
}

/** Whether all that a cursor covers was put into the share, and nothing else. */
async function expectAgreement(rig: Rig): Promise<void> {
  const { ranges, tallies } = await kept(rig);
  const covered = ranges.flatMap(({ range, cursor = '', done }) =>
    (KEYS[range.after ?? ''] ?? []).filter((key) => done || key <= cursor),
  );
  expect(tallies[0]?.seen.toSorted()).toEqual(covered);
}

describe('a share as it is kept covers exactly what it holds', () => {
  it('when what was visited cannot be found out', async () => {
    const rig = await rigWithShare();
    const findOut = async (letter: string) => {
      if (letter === 'b') throw new Error('no answer');
    };
    await expect(work(rig, { findOut })).rejects.toThrow('no answer');
    await expectAgreement(rig);
    expect(await work(rig)).toBe(true);
    expect((await kept(rig)).tallies[0]?.seen.toSorted()).toEqual(['a1', 'a2', 'b1', 'b2']);
  });

  it('when another range has it kept while one waits for an answer, and then the function dies', async () => {
    const rig = await rigWithShare();
    const [asked, died] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const findOut = async (letter: string) => {
      if (letter === 'a') {
        asked.resolve();
        await died.promise;
        throw new Error('died');
      }
      await asked.promise;
      // Long enough that the next step keeps the share.
      rig.clock.now += 60_000;
    };
    const before = (await rig.files.read(NAME))?.text;
    const working = work(rig, { findOut });
    await expect.poll(async () => (await rig.files.read(NAME))?.text).not.toBe(before);
    await expectAgreement(rig);
    expect((await kept(rig)).ranges.map(({ cursor }) => cursor)).toEqual([undefined, expect.any(String)]);
    died.resolve();
    await expect(working).rejects.toThrow('died');
  });

  it('when a page fails, or the time is up', async () => {
    const rig = await rigWithShare();
    const onPage = (key: string) => {
      if (key === 'a2') throw new Error('status 503');
    };
    await expect(work(rig, { onPage })).rejects.toThrow('status 503');
    await expectAgreement(rig);
    expect(await kept(rig)).toMatchObject({ failure: 'status 503' });
    rig.time.remaining = () => 0;
    expect(await work(rig)).toBe(false);
    await expectAgreement(rig);
    rig.time.remaining = () => 900_000;
    expect(await work(rig)).toBe(true);
    await expectAgreement(rig);
    expect(await kept(rig)).not.toHaveProperty('failure');
  });
});

it('counts how often in a row a destination could not be listed, with nothing dealt with in between', async () => {
  const rig = await rigWithShare();
  const fails = (at: string) => (key: string) => {
    if (key === at) throw new ReplicasUnlisted(0, new Error('status 500'));
  };
  const counts: (number | undefined)[] = [];
  for (const at of ['a1', 'a1', 'a2', 'a2', 'a2']) {
    expect(isGivenUp(await kept(rig), 0)).toBe(false);
    await expect(work(rig, { onPage: fails(at) })).rejects.toThrow('status 500');
    counts.push((await kept(rig)).trouble[0]?.count);
  }
  // The third attempt has come a key further.
  expect(counts).toEqual([1, 2, 1, 2, 3]);
  expect(isGivenUp(await kept(rig), 0)).toBe(true);
});
