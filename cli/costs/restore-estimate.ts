import type { Request, Tier } from '../../functions/restore/request.ts';
import { LIST_PRICES, PRICED } from '../../shared/list-prices.ts';
import { count, dollars, duration, size } from '../../shared/report/in-words.ts';
import { RETRIEVAL_PRICES, STORAGE_PRICES } from '../../shared/storage-prices.ts';
import { STORAGE_CLASSES } from '../../shared/objects/storage-classes.ts';
import type { StorageClass } from '../../shared/objects/storage-classes.ts';
import { THAWED_DAYS } from '../../shared/s3/s3-thaw.ts';
import type { Amount } from './amount-to-restore.ts';
import { costsInWords } from './costs-in-words.ts';

/** How a restore copies. */
export interface How {
  readonly dryRun: boolean;
  /** The target is in another Region. */
  readonly far: boolean;
  readonly tier: Tier;
  /** Of what is written. */
  readonly storageClass: StorageClass;
  /** Requests to KMS for each request that copies: to read, to write, both or none. */
  readonly kmsRequests: number;
}

/** What a restore will take, at most: what is in the target already is not copied. Money in US dollars, by list prices that may be old. */
export interface Estimate extends Amount {
  readonly how: How;
  readonly requests: number;
  /** What it is made of. */
  readonly costs: Costs;
  /** The sum of these. */
  readonly dollars: number;
  /** For what is written, from then on, each month. */
  readonly dollarsAMonth: number;
  /** Objects that an archive must give back first. */
  readonly archived: number;
  /** By the workers and the pace that are usual; archives not counted. */
  readonly seconds: number;
  /** The same of the whole bucket, where there was no time to list what begins with the prefix. */
  readonly whole?: Estimate;
}

export interface Costs {
  /** What archives and colder classes take for giving out bytes. */
  readonly retrieval: number;
  /** What an archive has given back lies in Standard beside it for some days. */
  readonly temporary: number;
  readonly requests: number;
  readonly kms: number;
  readonly transfer: number;
  readonly functions: number;
}

/** Pure. */
export function estimateRestore(amount: Amount, how: How): Estimate {
  const { keys, classes } = amount;
  const held = STORAGE_CLASSES.map((name) => ({ name, ...(classes[name] ?? NOTHING) }));
  const sum = (of: (held: Held) => number) => held.reduce((total, one) => total + of(one), 0);
  const bytes = sum((one) => one.bytes);
  const copies = how.dryRun ? 0 : sum((one) => one.copies);
  const reading = sum(({ name, objects }) => objects * STORAGE_PRICES[name].read) + keys * STORAGE_PRICES.STANDARD.read;
  const written = STORAGE_PRICES[how.storageClass];
  const spent = how.dryRun ? 0 : 1;
  const costs = {
    retrieval: spent * sum((one) => retrievalOf(one, how.tier)),
    temporary:
      spent *
      sum((one) => (isArchive(one.name) ? one.bytes * STORAGE_PRICES.STANDARD.byteMonth * (THAWED_DAYS / 30) : 0)),
    requests: reading + copies * written.write,
    kms: copies * how.kmsRequests * LIST_PRICES.kmsRequest,
    transfer: how.far ? spent * bytes * LIST_PRICES.transferredByte : 0,
    functions: (keys / KEYS_A_SECOND) * WORKERS * 0.5 * LIST_PRICES.lambdaGigabyteSecond,
  };
  return {
    ...amount,
    how,
    requests: 2 * keys + copies,
    costs,
    dollars: Object.values(costs).reduce((total, one) => total + one, 0),
    dollarsAMonth: spent * bytes * written.byteMonth,
    archived: sum(({ name, objects }) => (isArchive(name) ? objects : 0)),
    seconds: START_SECONDS + Math.max(keys / KEYS_A_SECOND, (spent * bytes) / BYTES_A_SECOND),
  };
}

const NOTHING = { objects: 0, bytes: 0, copies: 0 };

interface Held {
  readonly name: StorageClass;
  readonly objects: number;
  readonly bytes: number;
  readonly copies: number;
}

function isArchive(name: StorageClass): name is keyof typeof RETRIEVAL_PRICES {
  return name in RETRIEVAL_PRICES;
}

function retrievalOf({ name, objects, bytes }: Held, tier: Tier): number {
  const cold = bytes * STORAGE_PRICES[name].readByte;
  if (!isArchive(name)) return cold;
  const price = RETRIEVAL_PRICES[name][tier];
  return cold + objects * price.request + bytes * price.byte;
}

/** Steps of the state machine, and cold starts. */
const START_SECONDS = 20;
const WORKERS = 20;
/** Of all workers together, as S3 admits to one prefix (3,500 writes a second) with room for others. */
const KEYS_A_SECOND = 2_000;
/** S3 copies by itself; large objects go in parts, sixteen at a time. */
const BYTES_A_SECOND = 4 * 1024 ** 3;

export function estimateInWords(
  estimate: Estimate,
  { from, to, dryRun }: Pick<Request, 'dryRun'> & { readonly from: string; readonly to: string },
): string {
  const { keys, all, requests, seconds, how, dollarsAMonth } = estimate;
  const more = all ? '' : 'more than ';
  const bytes = bytesOf(estimate.classes);
  const wait = archiveWait(estimate);
  const monthly =
    dollarsAMonth === 0
      ? []
      : [
          `Then ${dollarsAMonth < 0.0001 ? '' : more}${dollars(dollarsAMonth)} a month for what is stored in ${to} (${how.storageClass}).`,
        ];
  return [
    `${dryRun ? 'Dry run' : 'Restore'} from ${from} to ${to}: ${more}${count(keys)} keys, ${size(bytes)}${classesInWords(estimate)}${all ? ', at most' : ''}`,
    `${all ? 'About' : 'More than'} ${count(requests)} requests, ${dollars(estimate.dollars)} by list price${costsInWords(partsOf(estimate.costs))}; ${all ? 'about' : 'more than'} ${duration(seconds)}${wait === undefined ? '' : `, and ${wait} more for what is archived`}`,
    ...monthly,
    ...(estimate.whole === undefined ? [] : [wholeInWords(estimate.whole, from)]),
    `This rests on ${estimate.basis}, and on ${PRICED}; discounts, taxes, other Regions' prices, and what is deleted before its minimum time in a class are not in it.`,
  ].join('\n');
}

/** What it cannot be more than. */
function wholeInWords({ keys, classes, dollars: cost, basis }: Estimate, from: string): string {
  return `All of ${from}, whatever the keys begin with: ${count(keys)} keys, ${size(bytesOf(classes))}, ${dollars(cost)} by list price. This rests on ${basis}.`;
}

function bytesOf(classes: Amount['classes']): number {
  return STORAGE_CLASSES.reduce((sum, name) => sum + (classes[name]?.bytes ?? 0), 0);
}

function classesInWords({ classes }: Amount): string {
  const held = STORAGE_CLASSES.flatMap((name) => {
    const { objects = 0, bytes = 0 } = classes[name] ?? {};
    return objects + bytes === 0 ? [] : [{ name, bytes }];
  });
  if (held.every(({ name }) => name === 'STANDARD')) return '';
  return ` (${held.map(({ name, bytes }) => `${size(bytes)} in ${name}`).join(', ')})`;
}

function partsOf({ retrieval, temporary, requests, kms, transfer, functions }: Costs) {
  return [
    ['retrieval', retrieval],
    [`copies that the archive gives back, for ${THAWED_DAYS} days`, temporary],
    ['requests', requests],
    ['KMS', kms],
    ['transfer between Regions', transfer],
    ['functions', functions],
  ] as const;
}

/** `undefined` where nothing is archived. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/restoring-objects-retrieval-options.html */
function archiveWait({ classes, archived, how: { tier, dryRun } }: Estimate): string | undefined {
  if (archived === 0 || dryRun) return undefined;
  const deep = (classes.DEEP_ARCHIVE?.objects ?? 0) > 0;
  if (tier === 'bulk') return deep ? 'up to 48 hours' : 'up to 12 hours';
  if (deep) return 'up to 12 hours';
  return tier === 'expedited' ? 'some minutes' : 'up to 5 hours';
}
