import { describe, expect, it } from 'vitest';
import { forEachConcurrently } from '../../shared/for-each.ts';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('forEachConcurrently()', () => {
  it('does every item, and never more than the limit at a time', async () => {
    const done: number[] = [];
    let running = 0;
    let most = 0;
    await forEachConcurrently(
      Array.from({ length: 20 }, (_, i) => i),
      {
        limit: 3,
        work: async (item) => {
          most = Math.max(most, ++running);
          await turn();
          running--;
          done.push(item);
        },
      },
    );
    expect(done.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(most).toBe(3);
  });

  it('pulls no more than it can take', async () => {
    let pulled = 0;
    function* endless() {
      while (true) yield pulled++;
    }
    const work = async () => {
      await turn();
      throw new Error('stop');
    };
    await expect(forEachConcurrently(endless(), { limit: 2, work })).rejects.toThrow('stop');
    expect(pulled).toBeLessThanOrEqual(3);
  });

  it("throws the input's error after the work that has begun", async () => {
    let finished = 0;
    async function* failing() {
      yield 1;
      yield 2;
      throw new Error('listing failed');
    }
    const work = async () => {
      await turn();
      finished++;
    };
    await expect(forEachConcurrently(failing(), { limit: 5, work })).rejects.toThrow('listing failed');
    expect(finished).toBe(2);
  });

  it('does nothing for an empty input', async () => {
    const work = () => Promise.reject(new Error('never'));
    await expect(forEachConcurrently([], { limit: 1, work })).resolves.toBeUndefined();
  });
});

describe('growth', () => {
  const items = Array.from({ length: 40 }, (_, item) => item);

  /** Work that lasts until it is told to end, and growth when it is told to grow. */
  function rig() {
    const ends: (() => void)[] = [];
    let grow: () => void = () => undefined;
    let asked = 0;
    const when = (signal: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        asked++;
        grow = resolve;
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    return {
      ends,
      growth: { from: 2, when },
      work: () => new Promise<void>((resolve) => void ends.push(resolve)),
      grow: () => grow(),
      asked: () => asked,
    };
  }

  it('begins with a few, doubles them when it may, and stops at the limit', async () => {
    const { ends, growth, work, grow, asked } = rig();
    const all = forEachConcurrently(items, { limit: 10, work, growth });
    const begun: number[] = [];
    for (let times = 0; times < 5; times++) {
      await turn();
      begun.push(ends.length);
      grow();
    }
    expect(begun).toEqual([2, 4, 8, 10, 10]);
    expect(asked()).toBe(3);
    for (let next = 0; next < items.length; next++) {
      ends[next]?.();
      await turn();
    }
    await all;
    expect(ends).toHaveLength(40);
  });

  it('keeps as many under way as it has come to', async () => {
    const { ends, growth, work, grow } = rig();
    const all = forEachConcurrently(items, { limit: 10, work, growth });
    await turn();
    grow();
    for (let ended = 0; ended < items.length; ended++) {
      await turn();
      expect(ends.length - ended).toBe(Math.min(4, items.length - ended));
      ends[ended]?.();
    }
    await all;
  });

  it('ends with the work, and fails if it cannot be asked', async () => {
    const { growth } = rig();
    await forEachConcurrently([1], { limit: 10, work: turn, growth });
    const when = () => Promise.reject(new Error('no clock'));
    await expect(forEachConcurrently(items, { limit: 10, work: turn, growth: { from: 2, when } })).rejects.toThrow(
      'no clock',
    );
  });
});
