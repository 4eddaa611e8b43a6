import * as v from 'valibot';
import type { ComparedLine } from '../../functions/restore/rehearsal/compare-all.ts';
import { rehearsalPaths, restoreOf } from '../../functions/restore/rehearsal/rehearsal.ts';
import type { Rehearsal } from '../../functions/restore/rehearsal/rehearsal.ts';
import type { Result } from '../../functions/restore/rehearsal/result.ts';
import { readStep, step } from '../../functions/restore/steps.ts';
import { FROM, OWNER, restoreRig, runRestore, SCRATCH, SOURCE } from './restore-rig.ts';
import type { RestoreRig, RigOptions, RunOptions } from './restore-rig.ts';
import { createBucket } from './s3-simulator/store.ts';

export const REHEARSAL: Rehearsal = {
  token: 'rehearsal-1',
  from: { bucket: FROM, region: 'eu-west-1', account: OWNER },
};

/** Everything around a rehearsal: that of a restore, with a source and a scratch bucket. */
export function rehearsalRig(options: RigOptions = {}): RestoreRig {
  const rig = restoreRig(options);
  createBucket(rig.store, { name: SOURCE, owner: OWNER, versioning: 'enabled' });
  createBucket(rig.store, { name: SCRATCH, owner: OWNER });
  return rig;
}

export interface Rehearsed {
  readonly result: Result | undefined;
  readonly succeeded: boolean;
  /** One for each object, in the order of keys. */
  readonly lines: readonly ComparedLine[];
}

/** What the state machine does in a rehearsal: every step, each until it is done, the result in any case. */
export async function runRehearsal(
  rig: RestoreRig,
  { rehearsal = REHEARSAL, ...options }: RunOptions & { readonly rehearsal?: Rehearsal } = {},
): Promise<Rehearsed> {
  const { before = () => undefined, attempts = 3 } = options;
  const execution = {
    arn: `arn:execution:restore-${rehearsal.token}`,
    startedAt: new Date(rig.clock.now).toISOString(),
  };
  const failure = await untilFailure(async () => {
    let status = 'more';
    while (status === 'more')
      ({ status } = v.parse(v.object({ status: v.string() }), await ask('choose', { rehearse: rehearsal })));
    if (status === 'nothing') return;
    const request = restoreOf(rehearsal, { bucket: SCRATCH, region: 'us-east-1' });
    await runRestore(rig, request, { ...options, input: { rehearse: rehearsal } });
    let done = false;
    while (!done) ({ done } = v.parse(v.object({ done: v.boolean() }), await ask('compare', { rehearse: rehearsal })));
  });
  const concluded = await ask('conclude', { rehearse: rehearsal, execution, failure });
  const file = await rig.files.read(rehearsalPaths.result(rehearsal));
  const result: Result | undefined = file === undefined ? undefined : JSON.parse(file.text);
  const { succeeded } = v.parse(v.object({ succeeded: v.boolean() }), concluded);
  return { result, succeeded, lines: await linesOf(rig, result) };

  async function ask(name: string, event: object): Promise<object> {
    for (let tried = 1; ; tried++) {
      try {
        before(name);
        // As JSON, which is how the state machine hands it on.
        return await step(rig.world(), readStep(JSON.parse(JSON.stringify({ step: name, ...event }))));
      } catch (error) {
        if (tried === attempts) throw new Error(name, { cause: error });
      }
    }
  }
}

async function untilFailure(work: () => Promise<void>): Promise<{ step: string; cause: string } | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { step: error.message, cause: error.cause instanceof Error ? error.cause.message : String(error.cause) };
  }
}

async function linesOf({ files }: RestoreRig, result: Result | undefined): Promise<readonly ComparedLine[]> {
  const lines: ComparedLine[] = [];
  for (const name of result?.compared ?? [])
    for (const line of ((await files.read(name))?.text ?? '').split('\n'))
      if (line !== '') lines.push(JSON.parse(line));
  return lines;
}
