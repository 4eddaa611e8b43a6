import { Listr, type ListrTask } from 'listr2';
import type { Replicator } from '../infra/config/replicator.ts';
import { awaitReplicas } from './await-replicas.ts';
import { awsClients } from './aws-clients.ts';
import { type Deployment, deploy, prepare } from './deploy.ts';
import type { Findings } from './findings.ts';
import { listBucket } from './listing.ts';
import type { ObjectToPut } from './odd-objects.ts';
import { loseEvents } from './lose-events.ts';
import { type Put, putObjects } from './put-objects.ts';
import { measure, type Result } from './result.ts';
import { runsOf } from './runs.ts';

/**
 * From an empty emulator to measured results, each step shown while it is under way. What is found is noted in `findings` as soon as it is. Once the
 * stacks are deployed, a step that fails is noted there, too, and the others go on: what it left undone is what the reconcile is for.
 *
 * @throws what prevented the deployment.
 */
export async function runSteps(
  deployment: Deployment,
  {
    objects,
    replicator,
    findings,
  }: { readonly objects: readonly ObjectToPut[]; readonly replicator: Replicator; readonly findings: Findings },
): Promise<void> {
  const { emulator } = deployment;
  const { source, destinations } = replicator;
  const { s3 } = awsClients(emulator, source.region);
  const puts = new Map<string, Put>();
  const runs = runsOf(emulator, source);
  let total = objects.length;
  const megabytes = objects.reduce((sum, { size }) => sum + size, 0) / 1e6;

  const put = optional(`Put ${objects.length} objects (${megabytes.toFixed(1)} MB) into ${source.bucket}`, async () => {
    try {
      await putObjects(objects, { s3, bucket: source.bucket, puts });
    } finally {
      total = puts.size;
    }
  });
  const replicas = destinations.map(({ bucket, region }) =>
    optional(`Replicas in ${bucket}`, async (show) => {
      const at = { s3: awsClients(emulator, region).s3, bucket };
      await awaitReplicas(at, { puts, total: () => total, onProgress: seldom(show) });
    }),
  );
  await new Listr(
    [
      { title: 'Prepare the Regions: cdk bootstrap', task: step(() => prepare(deployment)) },
      {
        title: 'Deploy the stacks: cdk deploy, the source first, the nightly reconcile last',
        task: step(() => deploy(deployment)),
      },
      {
        title: 'Replicate',
        task: (_, task) => task.newListr([put, ...replicas], { concurrent: true, exitOnError: false }),
      },
      optional('Lose events on purpose', async () => {
        findings.results = await measureAll();
        findings.losses = await loseEvents(emulator, replicator, puts);
      }),
      optional('Reconcile: find what was lost, have it repaired, prove it', async (show) => {
        // In a demonstration everything has changed just now.
        const run = await runs.start({ eventMinutes: 0 });
        findings.reconcile = await runs.finished(run, { onProgress: seldom(show) });
      }),
      optional('Compare all of it', async () => {
        const before = findings.results;
        // How fast objects arrived, from before; how things are, from now.
        findings.results = (await measureAll()).map((now, at) => ({ ...now, ...speedOf(before[at]) }));
      }),
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

  function optional(title: string, work: (show: (output: string) => void) => Promise<unknown>): ListrTask {
    const noted = async (show: (output: string) => void) => {
      try {
        await work(show);
      } catch (error) {
        findings.problems.push(`${title}: ${error instanceof Error ? error.message : String(error)}`);
        throw error;
      }
    };
    return { title, task: step(noted), exitOnError: false };
  }

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
function seldom(show: (said: string) => void): (said: string) => void {
  let shown = 0;
  return (said) => {
    if (!process.stdout.isTTY && Date.now() - shown < 10_000) return;
    shown = Date.now();
    show(said);
  };
}
