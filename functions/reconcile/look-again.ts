import { compareKeys } from '../../shared/objects/key-order.ts';
import type { ObjectKey } from '../../shared/objects/object-key.ts';
import type { GivenBack } from '../../shared/s3/s3-given-back.ts';
import { scrubSample } from '../../shared/listing/scrub-sample.ts';
import type { Run } from './run.ts';
import { isArchived } from './verdict.ts';
import type { World } from './world.ts';

/** Whether a key is to be looked at although it is known that it cannot be copied. */
export type Again = (key: ObjectKey) => boolean;

/**
 * What is given back from an archive can be copied as long as it is there: a listing tells of it. Besides, each of them has its turn within a month, should this know
 * something wrong. Where it cannot be asked, all are looked at.
 *
 * @param after what the facts are behind.
 */
export async function lookAgain(
  { log, givenBack: restoredIn }: Pick<World, 'log'> & { readonly givenBack: GivenBack },
  {
    run,
    after,
    facts,
  }: {
    readonly run: Run;
    readonly after: ObjectKey | undefined;
    readonly facts: readonly { readonly key: ObjectKey; readonly storageClass: string }[];
  },
): Promise<Again> {
  const hasTurn = scrubSample({ share: 1 / NIGHTS, at: Date.parse(run.startedAt) });
  const [first, ...others] = facts.filter(({ storageClass }) => isArchived(storageClass)).map(({ key }) => key);
  if (first === undefined) return hasTurn;
  const through = others.reduce((last, key) => (compareKeys(key, last) > 0 ? key : last), first);
  try {
    const givenBack = await restoredIn({ ...(after !== undefined && { after }), through });
    return (key) => givenBack.has(key) || hasTurn(key);
  } catch (error) {
    log.warn('restored objects not listed', { error });
    return () => true;
  }
}

const NIGHTS = 30;
