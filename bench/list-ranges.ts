/** Lists a bucket in ranges, with as many listings at a time as an invocation has: cut where samples of its keys are known, else at its folders. */
import { RANGES_AT_FOLDERS } from '../functions/reconcile/plan.ts';
import { cutsAtFolders, rangesBetween } from '../shared/listing/ranges.ts';
import { RANGES_AT_FIRST } from '../functions/reconcile/work-on-share.ts';
import { spareTime } from '../shared/runs/spare-time.ts';
import { forEachConcurrently } from '../shared/for-each.ts';
import { lister } from './lister.ts';
import { seePage } from './see-page.ts';
import { listed, LISTINGS } from './sweep-world.ts';

Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'bench', AWS_SECRET_ACCESS_KEY: 'bench' });

lister(async ({ endpoint, bucket, samples }, seen) => {
  const source = listed(bucket, endpoint);
  const cuts = samples ?? (await cutsAtFolders(source, { wanted: RANGES_AT_FOLDERS }));
  await forEachConcurrently(rangesBetween(cuts), {
    limit: LISTINGS,
    growth: { from: RANGES_AT_FIRST, when: spareTime },
    work: async (range) => {
      for await (const page of source.pages(range)) seePage(page, seen);
    },
  });
});
