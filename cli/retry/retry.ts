import { SQSClient } from '@aws-sdk/client-sqs';
import type { Destination, Replicator } from '../../infra/config/replicator.ts';
import { count } from '../../shared/report/in-words.ts';
import { dynamoLedgerSearch } from '../../shared/ledger/dynamo-ledger-search.ts';
import { failedQueueName, ledgerTableName, subscriberName } from '../../shared/names.ts';
import { objectKey } from '../../shared/objects/object-key.ts';
import type { ObjectKey } from '../../shared/objects/object-key.ts';
import { messagesIn, pausedSince, queueDepth, queueUrl } from '../../shared/topic/queue.ts';
import { messagesFor, sendToQueue } from '../../shared/topic/send-to-queue.ts';
import { agrees, whyOfCost } from '../terminal/agrees.ts';
import { countFailed, estimateRetry } from './amount-to-retry.ts';
import type { RetryEstimate } from './amount-to-retry.ts';
import { clientOptions } from '../aws/client-options.ts';
import { explained } from '../aws/explained.ts';
import { findReplicator } from '../find/find-replicator.ts';
import { moveFailed } from './move-failed.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { messages } from '../status/found.ts';
import { lookForKey } from '../status/look-for-key.ts';
import { isUnread, known, reading } from '../status/reading.ts';
import { UsageError } from '../terminal/usage-error.ts';

/** What was asked for on the command line: one of the last two. */
export interface RetryOptions {
  readonly config: string;
  readonly source?: string;
  readonly destination?: string;
  readonly failed?: boolean;
  readonly key?: ObjectKey;
  /** What is dear is not asked about. */
  readonly yes?: boolean;
}

/** Where it speaks, and asks. */
export type RetryTerminal = Pick<Terminal, 'out' | 'ask' | 'now'>;

/**
 * Puts keys back into the inboxes: one, or all that failed.
 *
 * @returns the exit code: 0, or 3 if messages stay that nobody understands.
 * @throws {UsageError}
 */
export async function retry(options: RetryOptions, terminal: RetryTerminal): Promise<number> {
  const { key, failed } = options;
  const { out } = terminal;
  if ((key === undefined) === (failed !== true))
    throw new UsageError('Say what to try again: --key <key>, or --failed for all that failed', { exitCode: 2 });
  const { source, destinations } = await findReplicator(options, options.config);
  const wanted = destinations.filter(({ bucket }) => bucket === (options.destination ?? bucket));
  const unsure = key === undefined ? undefined : await mustBeKnown(key, { source, destinations: wanted });
  if (unsure !== undefined) out(unsure);
  // All inboxes, before anything is sent to one of them.
  for (const destination of wanted)
    await explained(`find the queues of ${destination.bucket}`, {
      remedy: `nothing was sent, to no destination; --destination <bucket> sends to one alone. ${neededAt(destination, failed === true)}`,
      work: () => findQueues(destination, failed === true),
    });
  if (key === undefined && !(await isAgreedTo(options, { source, destinations: wanted, terminal }))) {
    out('Nothing was sent');
    return 0;
  }
  let left = 0;
  for (const destination of wanted) {
    const { bucket } = destination;
    const done = await explained(`try again at ${bucket}`, {
      remedy: `what was sent until now is in its inbox, and nothing is lost. ${neededAt(destination, failed === true)}`,
      work: () => (key === undefined ? retryFailed(source.bucket, destination) : retryKey(key, destination)),
    });
    out(`${bucket}: ${done.said}`);
    left += done.left;
  }
  return left > 0 ? 3 : 0;
}

function neededAt({ bucket, region }: Place, failed: boolean): string {
  return `The credentials in use need sqs:GetQueueUrl, sqs:ListQueueTags and sqs:SendMessage on ${subscriberName(bucket)} in ${region}${failed ? `, sqs:GetQueueUrl, sqs:ReceiveMessage, sqs:DeleteMessage and sqs:ChangeMessageVisibility on ${failedQueueName(bucket)}, and dynamodb:Query on the index of ${ledgerTableName(bucket)}` : ''}; a queue that does not exist: npx cdk deploy its stack`;
}

/** Says at each destination how much failed, and what it takes to copy it. */
async function isAgreedTo(
  { yes }: RetryOptions,
  {
    source,
    destinations,
    terminal,
  }: Pick<Replicator, 'source' | 'destinations'> & { readonly terminal: RetryTerminal },
): Promise<boolean> {
  const total = { dollars: 0, all: true };
  for (const destination of destinations) {
    const estimate = await explained(`count what failed at ${destination.bucket}`, {
      remedy: `nothing was sent. ${neededAt(destination, true)}`,
      work: () => estimateOf(destination, { source, now: terminal.now }),
    });
    if (estimate === undefined) continue;
    terminal.out(`${destination.bucket}: ${estimate.said}`);
    total.dollars += estimate.dollars;
    total.all &&= estimate.all;
  }
  return agrees({ ...terminal, yes }, { why: whyOfCost(total), always: false });
}

async function estimateOf(
  { bucket, region, storageClass = 'STANDARD', encryption }: Destination,
  { source, now }: Pick<Replicator, 'source'> & Pick<RetryTerminal, 'now'>,
): Promise<RetryEstimate | undefined> {
  const queue = failedQueueName(bucket);
  const client = new SQSClient(clientOptions(region));
  const depth = known(await reading(async () => queueDepth(client, await queueUrl(client, { name: queue }))));
  const ledger = dynamoLedgerSearch(ledgerTableName(bucket), clientOptions(region));
  const amount = await countFailed(ledger.trouble('failed'), {
    messages: depth && messagesIn(depth),
    until: now() + LONGEST_COUNT_MS,
    now,
  });
  const kmsRequests = Number(typeof encryption === 'object') + Number((source.kmsKeyArns ?? []).length > 0);
  return estimateRetry(amount, { queue, storageClass, far: region !== source.region, kmsRequests });
}

/** As for the estimate of a restore. */
const LONGEST_COUNT_MS = 10_000;

/**
 * A key that never was is most likely a mistake in writing, and would be recorded as looked at.
 *
 * @returns what to say where it could not be made sure.
 * @throws {UsageError} if it is neither in the source nor at a destination, and no ledger knows it.
 */
async function mustBeKnown(
  key: ObjectKey,
  where: Pick<Replicator, 'source' | 'destinations'>,
): Promise<string | undefined> {
  const { source, destinations } = await lookForKey(key, where);
  const lives = [source.live, ...destinations.map(({ live }) => live)];
  const records = destinations.map(({ recorded }) => recorded);
  const isKnown =
    lives.some((live) => known(live)?.object !== undefined) ||
    records.some((record) => known(record)?.item !== undefined);
  if (isKnown) return undefined;
  const unread = [...lives, ...records].find(isUnread);
  if (unread !== undefined) return `Whether there is such a key could not be looked up: ${unread.unread}`;
  const places = [source.bucket, ...destinations.map(({ bucket }) => bucket)].join(', ');
  throw new UsageError(
    `Nothing is known of ${JSON.stringify(key)}: it is not in ${places}, and no ledger has it. Nothing was sent; is the key written right?`,
  );
}

interface Done {
  readonly said: string;
  /** Messages that nobody understands. */
  readonly left: number;
}

async function findQueues({ bucket, region }: Place, failed: boolean): Promise<void> {
  const client = new SQSClient(clientOptions(region));
  await queueUrl(client, { name: subscriberName(bucket) });
  if (failed) await queueUrl(client, { name: failedQueueName(bucket) });
}

type Place = Pick<Destination, 'bucket' | 'region'>;

async function retryKey(key: ObjectKey, { bucket, region }: Place): Promise<Done> {
  const client = new SQSClient(clientOptions(region));
  const inbox = await queueUrl(client, { name: subscriberName(bucket) });
  await sendToQueue(client, inbox, messagesFor([key]));
  return { said: `put into its inbox: the key. ${await whatFollows(client, { inbox, bucket })}`, left: 0 };
}

async function retryFailed(sourceBucket: string, { bucket, region }: Place): Promise<Done> {
  const client = new SQSClient(clientOptions(region));
  const inbox = await queueUrl(client, { name: subscriberName(bucket) });
  const failed = await queueUrl(client, { name: failedQueueName(bucket) });
  const { moved, named, left } = await moveFailed(client, { from: failed, to: inbox, sourceBucket });
  const sent = await sendTrouble(client, { bucket, region, inbox, named });
  const stays =
    left === 0
      ? ''
      : ` ${count(left)} stay in ${failedQueueName(bucket)}, as nobody understands them: npm run status -- --destination ${bucket} --failed`;
  const said =
    moved + sent === 0
      ? `nothing is to be tried again.${stays}`
      : `put into its inbox: ${messages(moved)} of ${failedQueueName(bucket)}, and ${count(sent)} more keys of the ledger.${stays} ${await whatFollows(client, { inbox, bucket })}`;
  return { said, left };
}

async function whatFollows(
  client: SQSClient,
  { inbox, bucket }: { readonly inbox: string; readonly bucket: string },
): Promise<string> {
  return (await pausedSince(client, inbox)) === undefined
    ? `To see what comes of it: npm run status -- --destination ${bucket}`
    : `The destination is paused: it waits there until npm run resume -- ${bucket}`;
}

/** The keys of which the ledger says that they failed, and that no message named. */
async function sendTrouble(
  client: SQSClient,
  {
    bucket,
    region,
    inbox,
    named,
  }: { readonly bucket: string; readonly region: string; readonly inbox: string; readonly named: ReadonlySet<string> },
): Promise<number> {
  const ledger = dynamoLedgerSearch(ledgerTableName(bucket), clientOptions(region));
  let keys: ObjectKey[] = [];
  let number = 0;
  const send = async () => {
    await sendToQueue(client, inbox, messagesFor(keys));
    number += keys.length;
    keys = [];
  };
  for await (const { key } of ledger.trouble('failed')) {
    if (named.has(key)) continue;
    keys.push(objectKey(key));
    if (keys.length === KEYS_AT_A_TIME) await send();
  }
  await send();
  return number;
}

const KEYS_AT_A_TIME = 1000;
