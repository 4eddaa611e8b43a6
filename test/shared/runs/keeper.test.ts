import { expect, it } from 'vitest';
import { keeper } from '../../../shared/runs/keeper.ts';
import { memoryFiles } from '../../support/memory-files.ts';

const NAME = 'work/share.json';
const LIST_FOLDER = 'lines';

interface Counted {
  count: number;
  readonly lines: string[];
}

async function begin(onWrite?: (name: string) => void) {
  const files = memoryFiles(onWrite);
  const share: Counted = { count: 0, lines: [] };
  const written = await files.write(NAME, JSON.stringify(share));
  const clock = { now: 0 };
  const keep = keeper(files, { name: NAME, share, etag: written?.etag ?? '', now: () => clock.now });
  const kept = (): Counted => JSON.parse(files.all.get(NAME) ?? '');
  return { files, share, keep, clock, kept };
}

it('keeps what was so when it was asked, in the order in which it was asked', async () => {
  const { share, keep, kept, files } = await begin();
  share.count = 1;
  keep.add(share.lines, LIST_FOLDER, 'one');
  const first = keep.keep();
  share.count = 2;
  keep.add(share.lines, LIST_FOLDER, 'two');
  const second = keep.keep();
  share.count = 3;
  await first;
  expect(kept().count).toBeLessThan(3);
  await second;
  expect(kept()).toEqual({ count: 2, lines: share.lines });
  expect(share.lines.map((name) => files.all.get(name))).toEqual(['one\n', 'two\n']);
});

it('fails if somebody else has kept the share meanwhile, and leaves theirs', async () => {
  const { share, keep, files } = await begin();
  await files.write(NAME, 'theirs');
  share.count = 1;
  await expect(keep.keep()).rejects.toThrow(/another worker/);
  expect(files.all.get(NAME)).toBe('theirs');
  await expect(keep.keep(), 'nor does it succeed later').rejects.toThrow(/another worker/);
});

it('names no lines that are not written', async () => {
  const names: string[] = [];
  const { share, keep, kept } = await begin((name) => {
    if (name.startsWith(LIST_FOLDER)) throw new Error('status 500');
    names.push(name);
  });
  keep.add(share.lines, LIST_FOLDER, 'one');
  await expect(keep.keep()).rejects.toThrow('status 500');
  expect(kept().lines).toEqual([]);
  expect(names).toEqual([NAME]);
});

it('keeps up when it has been long, or there is much', async () => {
  const { share, keep, clock, kept } = await begin();
  share.count = 1;
  await keep.keepUp();
  expect(kept().count).toBe(0);
  clock.now = 29_999;
  await keep.keepUp();
  expect(kept().count).toBe(0);
  clock.now = 30_000;
  await keep.keepUp();
  expect(kept().count).toBe(1);
  share.count = 2;
  for (let n = 0; n < 99_999; n++) keep.add(share.lines, LIST_FOLDER, '');
  await keep.keepUp();
  expect(kept().count).toBe(1);
  keep.add(share.lines, LIST_FOLDER, '');
  await keep.keepUp();
  expect(kept()).toMatchObject({ count: 2, lines: [expect.stringMatching(/^lines\/000000-/)] });
});
