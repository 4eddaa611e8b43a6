import { describe, expect, it } from 'vitest';
import { amountByCounts } from '../../../cli/costs/amount-by-counts.ts';
import { countKeys, sampleKeys } from '../../../cli/costs/amount-to-restore.ts';
import type { Amount } from '../../../cli/costs/amount-to-restore.ts';
import { estimateInWords, estimateRestore } from '../../../cli/costs/restore-estimate.ts';
import type { How } from '../../../cli/costs/restore-estimate.ts';
import { objectKey } from '../../../shared/objects/object-key.ts';
import { FROM, inProcessVersions, restoreRig } from '../../support/restore-rig.ts';
import { deleteObject } from '../../support/s3-simulator/delete-object.ts';
import { putObject } from '../../support/s3-simulator/put-object.ts';

const forever = { until: Number.POSITIVE_INFINITY, now: Date.now };

describe('what a restore will look at', () => {
  it('is each key once, with its newest object, over all pages', async () => {
    const { store } = restoreRig({ store: { pageSize: 2 } });
    for (const key of ['a/1', 'a/2', 'b'])
      for (const content of ['x', 'yy', 'zzz']) putObject(store, { bucket: FROM, key, content });
    deleteObject(store, { bucket: FROM, key: 'b' });
    const listing = inProcessVersions(store, FROM);
    expect(await countKeys(listing, { prefix: undefined, ...forever })).toMatchObject({
      keys: 3,
      classes: { STANDARD: { objects: 3, bytes: 9, copies: 3 } },
      all: true,
    });
    expect(await countKeys(listing, { prefix: 'a/', ...forever })).toMatchObject({
      keys: 2,
      classes: { STANDARD: { objects: 2, bytes: 6, copies: 2 } },
    });
  });

  it('is counted as long as there is time', async () => {
    const { store } = restoreRig({ store: { pageSize: 1 } });
    for (const key of ['a', 'b']) putObject(store, { bucket: FROM, key, content: key });
    const counted = await countKeys(inProcessVersions(store, FROM), { prefix: undefined, until: 0, now: () => 1 });
    expect(counted).toMatchObject({ keys: 1, all: false, basis: expect.stringContaining('as many keys as') });
  });

  it('is looked up for single keys, and for a sample of many', async () => {
    const { store } = restoreRig();
    const keys = Array.from({ length: 250 }, (_, n) => objectKey(`k${n}`));
    for (const key of keys) putObject(store, { bucket: FROM, key, content: 'four' });
    const listing = inProcessVersions(store, FROM);
    expect(await sampleKeys(listing, keys.slice(0, 2))).toMatchObject({
      keys: 2,
      classes: { STANDARD: { objects: 2, bytes: 8 } },
      basis: 'a look at each key',
    });
    expect(await sampleKeys(listing, keys)).toMatchObject({
      keys: 250,
      classes: { STANDARD: { objects: 250, bytes: 1000 } },
      basis: expect.stringContaining('a look at 84 of the keys'),
    });
    expect(await sampleKeys(listing, [objectKey('k')])).toMatchObject({ keys: 1, classes: {} });
  });
});

const MILLION = 1_000_000;
const HUNDRED_TIB = 100 * 1024 ** 4;
const plain: How = { dryRun: false, far: false, tier: 'standard', storageClass: 'STANDARD', kmsRequests: 0 };

function amount(name: string, { objects, bytes, copies } = { objects: MILLION, bytes: HUNDRED_TIB, copies: MILLION }) {
  return { keys: objects, classes: { [name]: { objects, bytes, copies } }, all: true, basis: 'a listing just now' };
}

describe('what it will take', () => {
  // By hand: 100 TiB are 102,400 GiB. Each of a million keys is looked at twice and copied once.
  it.each([
    // Looks 2 x 0.40, copies 5, functions 0.0667.
    ['STANDARD', {}, { retrieval: 0, temporary: 0, requests: 5.8 }, 5.87],
    ['STANDARD', { far: true }, { transfer: 102_400 * 0.02 }, 5.87 + 2048],
    ['STANDARD', { kmsRequests: 2 }, { kms: 2 * 3 }, 11.87],
    ['STANDARD_IA', {}, { retrieval: 102_400 * 0.01, temporary: 0, requests: 1 + 0.4 + 5 }, 1030.47],
    ['ONEZONE_IA', {}, { retrieval: 102_400 * 0.01 }, 1030.47],
    ['INTELLIGENT_TIERING', {}, { retrieval: 0 }, 5.87],
    ['GLACIER_IR', {}, { retrieval: 102_400 * 0.03, requests: 10 + 0.4 + 5 }, 3087.47],
    ['GLACIER', {}, { retrieval: 50 + 1024, temporary: (102_400 * 0.023 * 7) / 30, requests: 5.8 }, 1629.41],
    ['GLACIER', { tier: 'bulk' }, { retrieval: 0, temporary: 549.55 }, 555.41],
    ['GLACIER', { tier: 'expedited' }, { retrieval: 10_000 + 3072 }, 13_627.41],
    ['DEEP_ARCHIVE', {}, { retrieval: 100 + 2048 }, 2703.41],
    ['DEEP_ARCHIVE', { tier: 'bulk' }, { retrieval: 25 + 256 }, 836.41],
    // It knows no haste.
    ['DEEP_ARCHIVE', { tier: 'expedited' }, { retrieval: 100 + 2048 }, 2703.41],
    ['GLACIER', { dryRun: true, far: true }, { retrieval: 0, temporary: 0, transfer: 0, requests: 0.8 }, 0.87],
    ['STANDARD', { storageClass: 'DEEP_ARCHIVE' }, { requests: 0.8 + 50 }, 50.87],
    ['STANDARD', { storageClass: 'GLACIER_IR' }, { requests: 0.8 + 20 }, 20.87],
  ] as const)('of a million objects in %s, %j', (name, how, costs, dollars) => {
    const estimate = estimateRestore(amount(name), { ...plain, ...how });
    for (const [part, cost] of Object.entries(costs))
      expect(new Map(Object.entries(estimate.costs)).get(part)).toBeCloseTo(cost, 1);
    expect(estimate.dollars).toBeCloseTo(dollars, 1);
  });

  it('counts parts, and what is stored from then on', () => {
    const estimate = estimateRestore(amount('STANDARD', { objects: 10, bytes: 1024 ** 4, copies: 10_020 }), plain);
    expect(estimate.requests).toBe(20 + 10_020);
    expect(estimate.costs.requests).toBeCloseTo(0.05, 2);
    expect(estimate.dollarsAMonth).toBeCloseTo(23.55, 2);
  });

  it('is told by class, with what it rests on and what it leaves out', () => {
    const text = estimateInWords(estimateRestore(amount('GLACIER'), plain), {
      from: 'photos-eu',
      to: 'back',
      dryRun: false,
    });
    expect(text).toContain('1,000,000 keys, 100 TiB (100 TiB in GLACIER), at most');
    expect(text).toContain('retrieval $1,074, copies that the archive gives back, for 7 days $549.55');
    expect(text).toContain('Then $2,355.2 a month for what is stored in back (STANDARD)');
    expect(text).toContain('and up to 5 hours more for what is archived');
    expect(text).toMatch(/This rests on a listing just now, .* us-east-1 .*; discounts, taxes/);
  });

  it.each([
    ['STANDARD', 'standard', undefined],
    ['GLACIER_IR', 'bulk', undefined],
    ['GLACIER', 'expedited', 'some minutes'],
    ['GLACIER', 'bulk', 'up to 12 hours'],
    ['DEEP_ARCHIVE', 'standard', 'up to 12 hours'],
    ['DEEP_ARCHIVE', 'expedited', 'up to 12 hours'],
    ['DEEP_ARCHIVE', 'bulk', 'up to 48 hours'],
  ] as const)('waits for an archive only where something is archived: %s, %s', (name, tier, wait) => {
    const estimate = estimateRestore(amount(name), { ...plain, tier });
    const text = estimateInWords(estimate, { from: 'photos-eu', to: 'back', dryRun: false });
    const [, told] = /, and (.*) more for what is archived/.exec(text) ?? [];
    expect(told).toBe(wait);
  });

  it('says that there is more than was counted', () => {
    const estimate = estimateRestore({ ...amount('STANDARD'), all: false }, plain);
    const text = estimateInWords(estimate, { from: 'photos-eu', to: 'back', dryRun: false });
    expect(text).toMatch(/more than 1,000,000 keys.*\nMore than /);
  });
});

describe('where there was no time to list all', () => {
  const at = Date.parse('2026-11-20T00:00:00Z');
  const GIB = 1024 ** 3;
  const listed: Amount = {
    keys: 1000,
    classes: {
      STANDARD: { objects: 600, bytes: 600 * 100, copies: 600 },
      GLACIER: { objects: 400, bytes: 400 * GIB, copies: 4000 },
    },
    all: false,
    basis: 'a listing',
  };
  const counts = { STANDARD: 6000 * 100, GLACIER: 4000 * GIB, DEEP_ARCHIVE: 0 };

  it('goes by what S3 counted, in classes and parts as at the beginning', () => {
    expect(amountByCounts(listed, { at, objects: 10_000, bytes: 1, classes: counts })).toEqual({
      keys: 10_000,
      classes: {
        STANDARD: { objects: 6000, bytes: 600_000, copies: 6000 },
        GLACIER: { objects: 4000, bytes: 4000 * GIB, copies: 40_000 },
      },
      all: true,
      basis: expect.stringMatching(/S3 counted at 2026-11-20 00:00:00 UTC, all versions, .* the first 1,000 keys/),
    });
  });

  it.each([
    { name: 'a class that the beginning has not', classes: { ...counts, DEEP_ARCHIVE: 1000 * GIB } },
    { name: 'empty objects at the beginning', classes: { STANDARD_IA: GIB, ...counts } },
    { name: 'nothing but bytes in an archive', classes: { ...counts, STANDARD: 60_000 } },
    { name: 'no more objects than keys', classes: counts, objects: 1000 },
  ])('shares all objects out, and loses no byte: $name', ({ classes, objects = 10_000 }) => {
    const whole = amountByCounts(
      { ...listed, classes: { ...listed.classes, STANDARD_IA: { objects: 5, bytes: 0, copies: 5 } } },
      { at, objects, bytes: 1, classes },
    );
    const shares = Object.values(whole?.classes ?? {});
    expect(shares.reduce((sum, share) => sum + share.objects, 0)).toBeCloseTo(objects, -1);
    expect(shares.every((share) => share.copies >= share.objects)).toBe(true);
    expect(Object.entries(whole?.classes ?? {}).map(([name, { bytes }]) => [name, bytes])).toEqual(
      expect.arrayContaining(Object.entries(classes).filter(([, bytes]) => bytes > 0)),
    );
  });

  it.each([
    { name: 'fewer objects', objects: 999, classes: counts },
    { name: 'fewer bytes in a class', objects: 10_000, classes: { ...counts, GLACIER: GIB } },
    { name: 'no such class', objects: 10_000, classes: { STANDARD: counts.STANDARD } },
  ])('does not go by a count that is older than what was listed: $name', ({ objects, classes }) => {
    expect(amountByCounts(listed, { at, objects, bytes: 1, classes })).toBeUndefined();
  });

  it('counts empty objects, too', () => {
    const empty = { ...listed, classes: { STANDARD: { objects: 1000, bytes: 0, copies: 1000 } } };
    expect(amountByCounts(empty, { at, objects: 5000, bytes: 0, classes: {} })).toMatchObject({
      keys: 5000,
      classes: {},
    });
  });

  it('never says "at most" of a part, and tells what all of the bucket would be', () => {
    const whole = estimateRestore({ ...listed, keys: 10_000, basis: 'what S3 counted', all: true }, plain);
    const text = estimateInWords(
      { ...estimateRestore(listed, plain), whole },
      { from: 'photos-eu', to: 'back', dryRun: false },
    );
    expect(text).toMatch(
      /^Restore from photos-eu to back: more than 1,000 keys, 400 GiB \(.*\)\nMore than [\d,]+ requests/,
    );
    expect(text).toMatch(/; more than \d+ min/);
    expect(text).toContain('All of photos-eu, whatever the keys begin with: 10,000 keys, 400 GiB, $');
  });
});
