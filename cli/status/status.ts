import type { Replicator } from '../../infra/config/replicator.ts';
import type { ObjectKey } from '../../shared/objects/object-key.ts';
import { findReplicator } from '../find/find-replicator.ts';
import { findRestoreStack } from '../find/restore-stack.ts';
import { failedText } from './failed-text.ts';
import { readBuckets } from './buckets/read-buckets.ts';
import { expectedAlarms } from './expected-alarms.ts';
import type { Facts } from './facts.ts';
import { judge } from './judge.ts';
import { headlineOfFailed, headlineOfKey } from './judge-some.ts';
import { keyText } from './key-text.ts';
import { lookForFailed } from './look-for-failed.ts';
import { lookForKey } from './look-for-key.ts';
import { readDestination } from './read-destination.ts';
import { readAddresses } from './read-addresses.ts';
import { readSource, readStack } from './read-source.ts';
import { isUnread, known, reading } from './reading.ts';
import { runPatience } from './run-patience.ts';
import { clientsOf } from './stacks/clients.ts';
import { readStacks } from './stacks/read-stack.ts';
import { stacksOf } from './stacks/stacks-of.ts';
import { plain, statusText } from './status-text.ts';
import type { Paint } from './status-text.ts';
import { UsageError } from '../terminal/usage-error.ts';
import type { WorkingLine } from '../terminal/working-line.ts';

/** What was asked for on the command line. */
export interface StatusOptions {
  readonly config: string;
  readonly source?: string;
  readonly destination?: string;
  readonly key?: ObjectKey;
  readonly failed?: boolean;
  /** Of objects, with `failed`; 100, if not said. */
  readonly limit?: number;
  readonly json?: boolean;
  /** All that was looked at, in a table for each bucket. */
  readonly verbose?: boolean;
}

export interface StatusTerminal {
  readonly out: (text: string) => void;
  /** Absent where there are no colours. */
  readonly paint?: Paint;
  readonly now: () => number;
  /** Where it tells what it is doing; absent where nobody watches. */
  readonly working?: WorkingLine;
}

/**
 * Tells whether all is well with a source and its destinations, or with one key, or what failed. Changes nothing.
 *
 * The fields of the JSON may become more; none is renamed or removed. A look-up that failed is `{ "unread": <why> }`.
 *
 * @returns the exit code: 0 all is well, 3 something is wrong, or could not be read.
 * @throws {UsageError}
 */
export async function status(options: StatusOptions, terminal: StatusTerminal): Promise<number> {
  const { limit, failed, json } = options;
  if (limit !== undefined && failed !== true)
    throw new UsageError('--limit says how many objects --failed lists: write --failed as well, or leave it out', {
      exitCode: 2,
    });
  const working = json === true ? undefined : terminal.working;
  try {
    working?.say('Reading the configuration, and which account is in use …');
    const { state, facts, text } = await tell(options, { ...terminal, working });
    working?.end();
    const at = new Date(terminal.now()).toISOString();
    terminal.out(json === true ? JSON.stringify({ version: 1, at, state, ...facts }, undefined, 2) : text);
    return state === 'well' ? 0 : 3;
  } finally {
    working?.end();
  }
}

async function tell(
  options: StatusOptions,
  {
    now,
    paint = plain,
    working,
  }: Pick<StatusTerminal, 'now' | 'paint'> & { readonly working: WorkingLine | undefined },
): Promise<Told> {
  const found = await findReplicator(options, options.config);
  const wanted = found.destinations.filter(({ bucket }) => bucket === (options.destination ?? bucket));
  const replicator = { ...found, destinations: wanted };
  const { key, failed } = options;
  const names = [replicator.source, ...wanted].map(({ bucket }) => bucket).join(', ');
  working?.say(`Looking at ${names} …`);
  if (key !== undefined) return await statusOfKey(key, replicator);
  if (failed === true) return await statusOfFailed(options, replicator);
  const progress = (done: number, all: number) => working?.say(`Looking at ${names}: ${done} of ${all} parts …`);
  return await statusOfAll(replicator, { now: now(), verbose: options.verbose === true, paint, progress });
}

interface Told {
  readonly state: 'well' | 'wrong';
  readonly facts: object;
  readonly text: string;
}

async function statusOfKey(key: ObjectKey, replicator: Replicator): Promise<Told> {
  const facts = await lookForKey(key, replicator);
  const { state, headline } = headlineOfKey(facts);
  return { state, facts: { headline, ...facts }, text: keyText(facts, headline) };
}

async function statusOfFailed({ limit = LIMIT }: StatusOptions, { source, destinations }: Replicator): Promise<Told> {
  const all = await Promise.all(destinations.map((one) => lookForFailed(one, { sourceBucket: source.bucket, limit })));
  const { state, headline } = headlineOfFailed(all);
  return { state, facts: { headline, destinations: all }, text: failedText(all, headline) };
}

const LIMIT = 100;

async function statusOfAll(
  replicator: Replicator,
  shown: {
    readonly now: number;
    readonly verbose: boolean;
    readonly paint: Paint;
    readonly progress: (done: number, all: number) => void;
  },
): Promise<Told> {
  const { now, progress } = shown;
  const { source, destinations, reconcile } = replicator;
  const stack = readStack(source);
  const clients = clientsOf();
  const toRead = stacksOf(replicator);
  let done = 0;
  const readOne = () => progress(++done, toRead.length + destinations.length + 2);
  const [ofSource, ofDestinations, stacks, buckets] = await Promise.all([
    readSource(replicator, { stack }).finally(readOne),
    Promise.all(destinations.map((one) => readDestination(one, now).finally(readOne))),
    readStacks(toRead, { account: source.account, clients, readOne }),
    readBuckets(replicator, clients).finally(readOne),
  ]);
  const alarms = [ofSource, ...ofDestinations].flatMap((one) => known(one.alarms) ?? []);
  const [ofReconcile, ofRestore] = await Promise.all([stack, reading(() => findRestoreStack(source))]);
  const addresses = await reading(() =>
    readAddresses(replicator, { reconcile: ofReconcile, restore: ofRestore, alarms }),
  );
  const facts: Facts = { source: { ...ofSource, addresses }, destinations: ofDestinations, stacks, buckets };
  mustKnowSomething(facts);
  const { eventMinutes, schedule } = reconcile;
  const verdict = judge(facts, {
    now,
    eventMinutes,
    account: source.account,
    runPatience: runPatience(schedule),
    expectedAlarms: expectedAlarms(replicator),
  });
  return { state: verdict.state, facts: { ...verdict, ...facts }, text: statusText(facts, verdict, shown) };
}

/** Where nothing at all can be read, it is not the replicator that is wrong. @throws {UsageError} */
function mustKnowSomething({ source, destinations }: Facts): void {
  const readings = [
    source.undelivered,
    source.topic,
    ...destinations.flatMap((one) => [one.inbox, one.activity, one.trouble]),
  ];
  const all = readings.filter(isUnread);
  const [first] = all;
  if (first === undefined || all.length < readings.length || all.some(({ missing }) => missing)) return;
  const ofConnection = all.find(({ connection }) => connection);
  throw new UsageError(
    ofConnection === undefined
      ? `Cannot read anything of ${source.bucket}: ${first.unread}; let the credentials in use do what docs/security.md says under "What an operator needs"`
      : `Cannot read anything of ${source.bucket}: ${ofConnection.unread}`,
  );
}
