import { Listr, type ListrTask } from 'listr2';
import type { Replicator } from '../infra/config.ts';
import { awaitReplicas } from './await-replicas.ts';
import { awsClients } from './aws-clients.ts';
import { type Deployment, deploy, prepare } from './deploy.ts';
import { listBucket } from './listing.ts';
import type { ObjectToPut } from './odd-objects.ts';
import { type Losses, loseEvents } from './lose-events.ts';
import { type Put, putObjects } from './put-objects.ts';
import { measure, type Result } from './result.ts';
import { type FinishedRun, runsOf } from './runs.ts';

/** What a whole demonstration came to. */
export interface Demonstration {
  readonly results: readonly Result[];
  readonly losses: Losses;
  readonly reconcile: FinishedRun;
}

/** From an empty emulator to measured results, each step shown while it is under way. */
export async function runSteps(
  deployment: Deployment,
  { objects, replicator }: { readonly objects: readonly ObjectToPut[]; readonly replicator: Replicator },
): Promise<Demonstration> {
  const { emulator } = deployment;
  const { source, destinations } = replicator;
  const { s3 } = awsClients(emulator, source.region);
  const puts = new Map<string, Put>();
  const runs = runsOf(emulator, source);
  let measured: readonly Result[] = [];
  let losses: Losses = [];
  let reconcile: FinishedRun | undefined;
  const megabytes = objects.reduce((sum, { size }) => sum + size, 0) / 1e6;

  const put: ListrTask = {
    title: `Put ${objects.length} objects (${megabytes.toFixed(1)} MB) into ${source.bucket}`,
    task: step(() => putObjects(objects, { s3, bucket: source.bucket, puts })),
  };
  const replicas = destinations.map(({ bucket, region }): ListrTask => ({
    title: `Replicas in ${bucket}`,
    task: step(async (show) => {
      const onProgress = seldom((arrived: number) => show(`${bucket}: ${arrived} of ${objects.length}`));
      await awaitReplicas({ s3: awsClients(emulator, region).s3, bucket }, { puts, total: objects.length, onProgress });
    }),
  }));
  await new Listr(
    [
      { title: 'Prepare the Regions: cdk bootstrap', task: step(() => prepare(deployment)) },
      {
        title: 'Deploy the stacks: cdk deploy, the source first, the nightly reconcile last',
        task: step(() => deploy(deployment)),
      },
      { title: 'Replicate', task: (_, task) => task.newListr([put, ...replicas], { concurrent: true }) },
      {
        title: 'Lose events on purpose',
        task: step(async () => {
          measured = await measureAll();
          losses = await loseEvents(emulator, replicator, puts);
        }),
      },
      {
        title: 'Reconcile: find what was lost, have it repaired, prove it',
        // In a demonstration everything has changed just now.
        task: step(async () => {
          reconcile = await runs.finished(await runs.start({ eventMinutes: 0 }));
        }),
      },
    ],
    {
      registerSignalListeners: false,
      rendererOptions: { showErrorMessage: false, collapseErrors: false, collapseSubtasks: false },
      fallbackRenderer: 'simple',
    },
  )
    .run()
    .catch(({ cause }: Error) => {
      throw cause;
    });

  if (reconcile === undefined) throw new TypeError('The last step has no result');
  const results = await measureAll();
  // How fast objects arrived, from before; how things are, from now.
  return { results: results.map((now, at) => ({ ...now, ...speedOf(measured[at]) })), losses, reconcile };

  async function measureAll(): Promise<readonly Result[]> {
    const sourceListing = await listBucket({ s3, bucket: source.bucket });
    return Promise.all(
      destinations.map(async ({ bucket, region }) => {
        const destination = await listBucket({ s3: awsClients(emulator, region).s3, bucket });
        return measure(bucket, { source: sourceListing, destination, puts });
      }),
    );
  }
}

function speedOf(result: Result | undefined): Partial<Pick<Result, 'lags' | 'objectsPerSecond'>> {
  return result === undefined ? {} : { lags: result.lags, objectsPerSecond: result.objectsPerSecond };
}

/** The reason of a failure is told once, at the end, and in full. */
function step(work: (show: (output: string) => void) => Promise<unknown>): NonNullable<ListrTask['task']> {
  return async (_, task) => {
    try {
      await work((output) => (task.output = output));
    } catch (cause) {
      throw new Error('see below', { cause });
    }
  };
}

/** Without a terminal every call is a line of its own, so most are left out. */
function seldom(show: (value: number) => void): (value: number) => void {
  let shown = 0;
  return (value) => {
    if (!process.stdout.isTTY && Date.now() - shown < 2_000) return;
    shown = Date.now();
    show(value);
  };
}
