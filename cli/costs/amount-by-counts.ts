import { count, time } from '../../shared/report/in-words.ts';
import { STORAGE_CLASSES } from '../../shared/objects/storage-classes.ts';
import type { StorageClass } from '../../shared/objects/storage-classes.ts';
import type { Amount, InClass } from './amount-to-restore.ts';
import type { DailyCount } from '../aws/storage-metrics.ts';

/**
 * A whole bucket, of which there was only time to list the beginning, by what S3 counted in it: bytes by class, and objects altogether. How many of these are
 * in which class, and in how many parts they came, goes by the beginning. It is rather too high, as all versions are in it.
 *
 * @returns `undefined` if S3 counted less than was listed by now: that is no answer for what has come since.
 */
export function amountByCounts(listed: Amount, counted: DailyCount): Amount | undefined {
  const { at, objects, classes } = counted;
  const isOld = STORAGE_CLASSES.some((name) => (classes[name] ?? 0) < (listed.classes[name]?.bytes ?? 0));
  if (isOld || objects < listed.keys) return undefined;
  const bytes = STORAGE_CLASSES.reduce((sum, name) => sum + (classes[name] ?? 0), 0);
  // By the size that objects have in it. Where none was listed, or all were empty: that which they have anywhere.
  const shares = STORAGE_CLASSES.map((name) => {
    const { bytes: seen, objects: of } = listed.classes[name] ?? NOTHING;
    return { name, share: (classes[name] ?? 0) / (seen === 0 ? bytes / objects : seen / of) };
  }).filter(({ share }) => share > 0);
  const all = shares.reduce((sum, { share }) => sum + share, 0);
  return {
    keys: objects,
    classes: Object.fromEntries(
      shares.map(({ name, share }) => [
        name,
        inClass(name, { listed, bytes: classes[name] ?? 0, part: share / all, objects }),
      ]),
    ),
    all: true,
    basis: `what S3 counted at ${time(new Date(at).toISOString())}, all versions, so that it is rather too much, and on a listing of the first ${count(listed.keys)} keys for how many objects and parts that is in each class`,
  };
}

const NOTHING = { objects: 0, bytes: 0, copies: 0 };

function inClass(
  name: StorageClass,
  {
    listed,
    bytes,
    part,
    objects,
  }: { readonly listed: Amount; readonly bytes: number; readonly part: number; readonly objects: number },
): InClass {
  const { objects: of, copies } = listed.classes[name] ?? NOTHING;
  const number = Math.round(part * objects);
  return { objects: number, bytes, copies: of === 0 ? number : Math.round((number * copies) / of) };
}
