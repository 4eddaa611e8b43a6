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
