import { describe, expect, it } from 'vitest';
import { countKeys, estimateInWords, estimateRestore } from '../../cli/restore-estimate.ts';
import { FROM, inProcessVersions, restoreRig } from '../support/restore-rig.ts';
import { deleteObject } from '../support/s3-simulator/delete-object.ts';
import { putObject } from '../support/s3-simulator/put-object.ts';

const forever = { until: Number.POSITIVE_INFINITY, now: Date.now };

describe('what a restore will look at', () => {
  it('is each key once, with its newest object, over all pages', async () => {
    const { store } = restoreRig({ store: { pageSize: 2 } });
    for (const key of ['a/1', 'a/2', 'b'])
      for (const content of ['x', 'yy', 'zzz']) putObject(store, { bucket: FROM, key, content });
    deleteObject(store, { bucket: FROM, key: 'b' });
    const listing = inProcessVersions(store, FROM);
    expect(await countKeys(listing, { prefix: undefined, ...forever })).toEqual({ keys: 3, bytes: 9, all: true });
    expect(await countKeys(listing, { prefix: 'a/', ...forever })).toEqual({ keys: 2, bytes: 6, all: true });
  });

  it('is counted as long as there is time', async () => {
    const { store } = restoreRig({ store: { pageSize: 1 } });
    for (const key of ['a', 'b']) putObject(store, { bucket: FROM, key, content: key });
    const counted = await countKeys(inProcessVersions(store, FROM), { prefix: undefined, until: 0, now: () => 1 });
    expect(counted).toEqual({ keys: 1, bytes: 1, all: false });
  });
});

describe('what it will take', () => {
  const million = { keys: 1_000_000, bytes: 1024 ** 4, all: true };

  it.each([
    { name: 'near', how: { dryRun: false, far: false }, requests: 3_000_000, dollars: 5.87, seconds: 520 },
    { name: 'far', how: { dryRun: false, far: true }, requests: 3_000_000, dollars: 26.35, seconds: 520 },
    { name: 'a dry run', how: { dryRun: true, far: true }, requests: 2_000_000, dollars: 0.87, seconds: 520 },
  ])('$name', ({ how, requests, dollars, seconds }) => {
    const estimate = estimateRestore(million, how);
    expect(estimate).toMatchObject({ requests, seconds });
    expect(estimate.dollars).toBeCloseTo(dollars, 2);
  });

  it('is told with what is not known of it', () => {
    const estimate = estimateRestore({ keys: 10, bytes: undefined, all: false }, { dryRun: false, far: false });
    const text = estimateInWords(estimate, { from: 'photos-eu', to: 'back', tier: 'bulk', dryRun: false });
    expect(text).toMatch(/^Restore from photos-eu to back: more than 10 keys, at most\n.*48 hours/);
  });
});
