import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { refusals } from '../support/iam/call.ts';
import { callsOf } from '../support/iam/calls.ts';
import { CONFIGURATIONS } from '../support/iam/configurations.ts';
import { isKnown } from '../support/iam/known-actions.ts';
import { noticed } from '../support/iam/parts.ts';
import { type RefusedCall, refusedOf } from '../support/iam/refused.ts';
import { worldOf } from '../support/iam/world.ts';

/** What a test does not hold, each with the reason. */
interface Exception {
  readonly what: RegExp;
  readonly reason: string;
  /** Only there; `undefined`: with every configuration. */
  readonly configurations?: readonly string[];
}

const ANY_NAME_OF_A_TARGET = 'what restores make, and the scratch bucket, have any name';
const ANY_KEY = 'which keys encrypt what is restored, and the buckets that it may go to, nobody knows before';
const SAID_BY_ROLE = 'the role itself says so, whatever its sessions say';

/** Calls of the table with one thing changed that are allowed all the same. */
const ALSO_ALLOWED: readonly Exception[] = [
  { what: /^Restorer s3:\w+ on arn:aws:s3:::restored-.*: another name$/s, reason: ANY_NAME_OF_A_TARGET },
  { what: /^Restorer s3:\w+ on arn:aws:s3:::fanout-restore-.*: another name$/s, reason: ANY_NAME_OF_A_TARGET },
  {
    what: /^Restorer s3:\w+ on .*marked-by-its-owner-x.*: another name$/s,
    reason: 'its owner has marked that one, too',
  },
  {
    what: /^Restorer s3:(ListBucket|GetBucket\w+) on .*: another (name|aws:resourcetag.*)$/,
    reason: 'a restore looks at any bucket of the account before it knows whether it may write there',
  },
  { what: /^Restorer kms:.*: another name$/, reason: ANY_KEY },
  { what: /^(sessionPolicy|rehearsalPolicy) kms:.*: another name$/, reason: ANY_KEY },
  { what: /^LEDGER_POLICY .*: another name$/, reason: SAID_BY_ROLE },
  { what: /^METRICS_POLICY .*: another cloudwatch:namespace$/, reason: SAID_BY_ROLE },
  { what: /^sessionPolicy .*: another aws:resourcetag\/fanout-restore-target$/s, reason: SAID_BY_ROLE },
  {
    what: /^(ReplicateRole|Observer|CanaryFlyRole) kms:.*: another kms:viaservice$/,
    reason: 'the policy names the key, which is for objects of these buckets',
  },
  {
    what: /^sns.amazonaws.com sqs:SendMessage .*: another aws:sourceaccount$/,
    reason: 'the ARN of the topic has the account in it, and the policy asks for that ARN',
  },
  {
    what: /^states.amazonaws.com sts:AssumeRole .*: another aws:sourcearn$/,
    reason: 'of this account, and who makes a state machine with this role must be allowed to pass it',
  },
];

/** Parts of policies without which IAM would decide on all of these calls as it does. */
const NOT_EXERCISED: readonly Exception[] = [
  {
    what: /^Restorer ListDestination: action s3:ListBucket$/,
    reason: 'FindTarget allows it on every bucket of the account; this says what a restore needs of the destination',
  },
  {
    what: /^(Restorer ReadDestination|sessionPolicy Allow 1): action s3:GetObjectAnnotation$/,
    reason:
      'A copy names the version of the source and is asked for GetObjectVersionAnnotation; AWS does not say which of the two it asks for the version `null`',
  },
  {
    what: /^Restorer LeaveSettings: /,
    reason: 'MakeTarget allows settings of buckets alone whose names begin with restored-, as no bucket of these does',
    configurations: ['the smallest', 'every choice'],
  },
  {
    what: /^Restorer LeaveSettings: resource arn:aws:s3:::photos-(eu|dr)$/,
    reason: 'a destination is never called so, which the configuration refuses',
    configurations: ['what exists already'],
  },
  {
    what: /^Restorer WriteTarget: resource arn:aws:s3:::restored-pictures\/\*$/,
    reason: 'a source that is called so may be written to as what restores make',
    configurations: ['what exists already'],
  },
];

const WORLDS = CONFIGURATIONS.map(([name, configuration]) => {
  const world = worldOf(configuration);
  const calls = callsOf(world, configuration);
  const changed = refusedOf(world, calls, configuration).map((call) => ({
    call,
    what: nameOf(call),
    isExcepted: refusals(world, call).length === 0,
  }));
  const refused = changed.flatMap(({ call, isExcepted }) => (isExcepted ? [] : [call]));
  const parts = noticed(world, [...calls, ...refused]).map(({ part, isNoticed }) => ({
    what: part.name.replace(/^fanout-[^/]*\//, ''),
    isExcepted: !isNoticed,
  }));
  return { name, world, calls, changed, parts };
});

describe.each(WORLDS)('with $name', ({ name, world, calls, changed, parts }) => {
  it('every call that the code and the services make is allowed', () => {
    const refused = calls.flatMap((call) =>
      refusals(world, call).map((refusal) => `${call.by} ${call.sends}: ${refusal}`),
    );
    expect(refused).toEqual([]);
  });

  it('and is refused with another name, owner, caller or condition, or without TLS; and so is what restores never do', () => {
    expect(unexpected(ALSO_ALLOWED, { name, found: changed })).toEqual([]);
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

  it('nothing can be taken out of a statement, be it one that allows or one that denies, without a call of these that ends otherwise', () => {
    expect(unexpected(NOT_EXERCISED, { name, found: parts })).toEqual([]);
  });
});

describe('no exception is out of date:', () => {
  it.each(ALSO_ALLOWED)('$what', (exception) => {
    expect(useOf(exception, ({ changed }) => changed)).toEqual({ isThere: true, tested: [] });
  });

  it.each(NOT_EXERCISED)('$what', (exception) => {
    expect(useOf(exception, ({ parts }) => parts)).toEqual({ isThere: true, tested: [] });
  });
});

interface Found {
  readonly what: string;
  readonly isExcepted: boolean;
}

function nameOf({ by, session, needs, because }: RefusedCall): string {
  const [need] = needs;
  const caller = session !== undefined && by.startsWith('arn:') ? session.called : by.replace(/^fanout-[^/]*\//, '');
  return `${caller} ${need?.action} on ${need?.resource}: ${because}`;
}

function unexpected(
  exceptions: readonly Exception[],
  { name, found }: { readonly name: string; readonly found: readonly Found[] },
): readonly string[] {
  return found.flatMap(({ what, isExcepted }) =>
    isExcepted && !exceptions.some((exception) => isIn(name, exception) && exception.what.test(what)) ? [what] : [],
  );
}

/** Whether what it is about is there, and what of that is tested all the same. */
function useOf(exception: Exception, foundIn: (world: (typeof WORLDS)[number]) => readonly Found[]) {
  const about = WORLDS.filter(({ name }) => isIn(name, exception))
    .flatMap(foundIn)
    .filter(({ what }) => exception.what.test(what));
  return { isThere: about.length > 0, tested: about.filter(({ isExcepted }) => !isExcepted) };
}

function isIn(name: string, { configurations }: Exception): boolean {
  return configurations === undefined || configurations.includes(name);
}

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
