import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { refusals } from '../support/iam/call.ts';
import { callsOf } from '../support/iam/calls.ts';
import { CONFIGURATIONS } from '../support/iam/configurations.ts';
import { isKnown } from '../support/iam/known-actions.ts';
import { changes, withoutOne } from '../support/iam/removals.ts';
import { worldOf } from '../support/iam/world.ts';

const WORLDS = CONFIGURATIONS.map(([name, configuration]) => {
  const world = worldOf(configuration);
  return { name, world, calls: callsOf(world, configuration) };
});

/** What IAM refuses although the code asks for it, until it is mended: by role and command. */
const GAPS: readonly string[] = [];

describe.each(WORLDS)('with $name', ({ world, calls }) => {
  it('every call that the code and the services make is allowed', () => {
    const refused = calls.flatMap((call) =>
      refusals(world, call).map((refusal) => `${call.by} ${call.sends}: ${refusal}`),
    );
    expect(refused.filter((refusal) => !GAPS.some((gap) => refusal.includes(gap)))).toEqual([]);
    // What is mended leaves the list.
    expect(GAPS.filter((gap) => !refused.some((refusal) => refusal.includes(gap)))).toEqual([]);
  });

  it('and is refused without TLS, wherever our buckets, queues and topics are concerned', () => {
    const guarded = world.resources.map(({ arn }) => arn);
    const reached = new Set<string>();
    for (const call of calls) {
      for (const need of call.needs) {
        // The topics' policies demand it of what is published only.
        if (need.action.startsWith('sns:') && need.action !== 'sns:Publish') continue;
        const of = guarded.find((arn) => need.resource === arn || need.resource.startsWith(`${arn}/`));
        if (of === undefined) continue;
        reached.add(of);
        const needs = [{ ...need, context: { ...need.context, 'aws:securetransport': 'false' } }];
        expect(refusals(world, { ...call, needs }), `${call.by} ${call.sends}`).toHaveLength(1);
      }
    }
    expect([...reached].toSorted()).toEqual([...new Set(guarded)].toSorted());
  });

  it('names only actions and condition keys that AWS knows', async () => {
    const statements = [
      ...world.roles.flatMap(({ statements, trust }) => [...statements, ...trust]),
      ...world.resources.flatMap((resource) => resource.statements),
    ];
    const unknown: string[] = [];
    for (const statement of statements) unknown.push(...(await isKnown(statement)));
    expect(unknown).toEqual([]);
  });

  it('no action can be taken out of a policy but one of these without a call that fails', () => {
    const unnoticed = changes(world).filter((change) => {
      const changed = withoutOne(world, change);
      const concerned = calls.filter(({ by, needs }) =>
        change.kind === 'role' ? by === change.path : needs.some(({ resource }) => resource.startsWith(change.arn)),
      );
      return concerned.every((call) => refusals(changed, call).length === refusals(world, call).length);
    });
    // What denies is tested by what must be refused.
    const notExercised = unnoticed
      .filter(({ effect }) => effect === 'Allow')
      .map(({ path, sid, action }) => `${path} ${sid}: ${action}`);
    expect(notExercised.filter((change) => !NOT_EXERCISED.some(([known]) => change.endsWith(known)))).toEqual([]);
  });
});

const ANY_TARGET =
  'FindTarget and WriteTarget allow the same on every bucket of the account, where the destination is, too';

/** Actions that no call needs, each with the reason why they are granted. */
const NOT_EXERCISED: readonly (readonly [change: string, reason: string])[] = [
  ['Restorer ListDestination: s3:ListBucket', ANY_TARGET],
  ['Restorer ListDestination: s3:GetBucketVersioning', ANY_TARGET],
  ['Restorer ReadDestination: s3:GetObject', ANY_TARGET],
  ['Restorer ReadDestination: s3:GetObjectTagging', ANY_TARGET],
  [
    'Restorer ReadDestination: s3:GetObjectAnnotation',
    'A copy names the version of the source and is asked for GetObjectVersionAnnotation; AWS does not say which of the two it asks for the version `null`',
  ],
];

describe('the table of calls has a row for every command that is bundled', () => {
  it.each(['replicate', 'reconcile', 'restore', 'canary', 'backfill', 'notification'])('%s', async (name) => {
    const rows = WORLDS.flatMap(({ calls }) => calls).filter(({ from }) => from === name);
    const sent = new Set(rows.map(({ sends }) => sends.replace(/,.*/, '')));
    expect([...sent].toSorted()).toEqual(
      (await commandsOf(name)).filter((command) => !NEVER_SENT[name]?.includes(command)),
    );
  });
});

/** Bundled with their neighbours, and not called. */
const NEVER_SENT: Readonly<Record<string, readonly string[]>> = {
  // It shares the reading of notifications with the function that writes them.
  reconcile: ['PutBucketNotificationConfiguration'],
};

/** The commands that our own code imports from the SDK, as far as they are in the bundle. */
async function commandsOf(name: string): Promise<readonly string[]> {
  const { outputFiles } = await build({
    entryPoints: [`functions/${name}/handler.ts`],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'silent',
  });
  const text = outputFiles.map((file) => file.text).join('\n');
  const imports = text.matchAll(/import \{([^}]*)\} from "@aws-sdk\/client-/g);
  const names = [...imports].flatMap(([, list = '']) => list.split(',').map((one) => one.trim().split(' as ')));
  // An import may be left over of a file of which the bundle has but a part.
  const used = names.filter(([name = '', local = name]) => new RegExp(`(?:new |\\b)${local}\\(`).test(text));
  const commands = used.flatMap(
    ([name = '']) => /^paginate(.*)$|^(.*)Command$/.exec(name)?.slice(1).find(Boolean) ?? [],
  );
  return [...new Set(commands)].toSorted();
}
