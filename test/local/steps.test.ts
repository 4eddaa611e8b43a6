import { beforeEach, expect, it, vi } from 'vitest';
import { readConfiguration } from '../../local/configuration.ts';
import { noFindings } from '../../local/findings.ts';
import { runSteps } from '../../local/steps.ts';

const steps = vi.hoisted(() => ({
  prepare: vi.fn<() => Promise<unknown>>(),
  deploy: vi.fn<() => Promise<unknown>>(),
  putObjects: vi.fn<() => Promise<unknown>>(),
  awaitReplicas: vi.fn<() => Promise<unknown>>(),
  loseEvents: vi.fn<() => Promise<unknown>>(),
  start: vi.fn<() => Promise<unknown>>(),
  finished: vi.fn<() => Promise<unknown>>(),
  listBucket: vi.fn<() => Promise<unknown>>(),
}));
vi.mock('../../local/deploy.ts', () => steps);
vi.mock('../../local/put-objects.ts', () => steps);
vi.mock('../../local/await-replicas.ts', () => steps);
vi.mock('../../local/lose-events.ts', () => steps);
vi.mock('../../local/listing.ts', () => steps);
vi.mock('../../local/runs.ts', () => ({ runsOf: () => steps }));
vi.mock('../../local/aws-clients.ts', () => ({ awsClients: () => ({}) }));
vi.spyOn(console, 'log').mockImplementation(() => {});
vi.spyOn(console, 'error').mockImplementation(() => {});

const { replicators } = await readConfiguration('replicator.config.ts');
const [replicator] = replicators;
const emulator = { name: '', endpoint: '', account: '', environment: {}, folder: '' };

beforeEach(() => {
  for (const step of Object.values(steps)) step.mockReset().mockResolvedValue(undefined);
  steps.listBucket.mockResolvedValue(new Map());
  steps.loseEvents.mockResolvedValue(['one was lost']);
  steps.finished.mockResolvedValue('the report');
});

async function run() {
  const findings = noFindings();
  const end = runSteps({ emulator, replicators, config: '' }, { objects: [], replicator, findings });
  return { findings, error: await end.catch((error: unknown) => error) };
}

it('finds what each step brings', async () => {
  const { findings } = await run();
  expect(findings).toMatchObject({
    results: [{ bucket: 'photos-eu' }, { bucket: 'photos-dr' }],
    losses: ['one was lost'],
    reconcile: 'the report',
    problems: [],
  });
});

it.each([
  ['putObjects', 'Put 0 objects'],
  ['loseEvents', 'Lose events'],
  ['start', 'Reconcile'],
  ['finished', 'Reconcile'],
] as const)('keeps what the others bring if %s fails, and says why', async (step, title) => {
  steps[step].mockRejectedValue(new Error('the machine is busy'));
  const { findings, error } = await run();
  expect(error).toBeUndefined();
  expect(findings.problems).toEqual([expect.stringMatching(new RegExp(`^${title}.*: the machine is busy$`))]);
  expect(findings.results).toMatchObject([{ bucket: 'photos-eu' }, { bucket: 'photos-dr' }]);
  expect(findings.losses).toEqual(step === 'loseEvents' ? [] : ['one was lost']);
  expect(findings.reconcile).toBe(title === 'Reconcile' ? undefined : 'the report');
});

it('keeps what the others bring if no replica arrives, and says so of each destination', async () => {
  steps.awaitReplicas.mockRejectedValue(new Error('nothing has arrived'));
  const { findings } = await run();
  expect(findings.problems.toSorted()).toEqual([
    'Replicas in photos-dr: nothing has arrived',
    'Replicas in photos-eu: nothing has arrived',
  ]);
  expect(findings.reconcile).toBe('the report');
});

it.each(['prepare', 'deploy'] as const)('ends with what prevented the deployment if %s fails', async (step) => {
  const cause = new Error('no such Region');
  steps[step].mockRejectedValue(cause);
  expect((await run()).error).toBe(cause);
  expect(steps.putObjects).not.toHaveBeenCalled();
});
