/** Plans a restore of a whole bucket, as the function does. */
import { planRange } from '../functions/restore/plan-range.ts';
import type { History } from '../shared/ledger/dynamo-history.ts';
import type { Fact } from '../shared/ledger/history.ts';
import { s3VersionListing, s3VersionListingClient } from '../shared/s3/s3-version-listing.ts';
import { ACCOUNT, REGION } from './contestant.ts';
import { AT } from './restore-messages.ts';
import type { PlanDone, PlanJob, Restored } from './restore-messages.ts';
import { indexOf, versionsOf } from './versioned-keys.ts';

Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'bench', AWS_SECRET_ACCESS_KEY: 'bench' });

process.on('message', (job: PlanJob) => void measured(job));

async function measured(job: PlanJob): Promise<void> {
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  const restored = await plan(job);
  const milliseconds = performance.now() - began;
  const done: PlanDone = {
    ...restored,
    milliseconds,
    cpu: sum(process.cpuUsage(cpu)),
    cpuOfProcess: sum(process.cpuUsage()),
    peak: process.resourceUsage().maxRSS / 1024,
  };
  process.send?.(done);
}

async function plan({ endpoint, bucket, reader, ledger }: PlanJob): Promise<Restored> {
  process.env['AWS_ENDPOINT_URL_S3'] = endpoint;
  const client = s3VersionListingClient(REGION, { attempts: 3, sockets: 16, endpoint, reader });
  const listing = s3VersionListing({ name: bucket, owner: ACCOUNT, client, signal: new AbortController().signal });
  const world = { listing, concurrency: 128, ...(ledger && { history: HISTORY }) };
  let [objects, size] = [0, 0];
  for await (const one of planRange({}, world, { at: AT, undelete: false })) {
    if (one.do === 'leave') continue;
    objects++;
    size += one.version.size;
  }
  client.destroy();
  return { objects, size };
}

/** Each version was copied within the second; what the destination's delete markers say, the source did as well. */
const HISTORY: History = {
  async factsOf(key) {
    await new Promise(setImmediate);
    return versionsOf(indexOf(key)).versions.map(({ id, deleteMarker, etag, modified }): Fact => {
      if (deleteMarker) return { fact: 'removed', at: modified, found: false };
      const source = { etag, versionId: `s${id}`, lastModified: modified };
      return { fact: 'version', source, replica: { etag, versionId: id }, eventAt: modified, copiedAt: modified };
    });
  },
  async now() {
    await new Promise(setImmediate);
    return {};
  },
};

function sum({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1000;
}
