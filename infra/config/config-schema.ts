import * as v from 'valibot';
import { bucketNameFault } from './bucket-name.ts';
import { STORAGE_CLASSES } from '../../shared/objects/storage-classes.ts';
import { LOCK_MODES } from './lock-modes.ts';
import { LONGEST_BETWEEN_REHEARSALS, LONGEST_WATCH_HOURS, type WrittenReplicator } from './with-defaults.ts';
import { LOG_LEVELS } from '../../shared/log-levels.ts';
import { didYouMean } from './did-you-mean.ts';
import { hoursBetweenRuns } from './hours-between-runs.ts';
import { isRegion, REGIONS } from './regions.ts';
import { isFault, readSchedule } from './schedule.ts';
import { REQUIRED, wholeNumber, wholeNumberFrom, matching, listOf, known } from './schema-parts.ts';

/**
 * The shape of a configuration: fields, formats and defaults. The rules across fields are those of `ruleProblems`.
 *
 * `Configuration` says the same to an editor; the return type holds the two together.
 */
export function configurationSchema(
  defaultAccount: string | undefined,
): v.GenericSchema<unknown, { readonly replicators: readonly WrittenReplicator[] }> {
  const bucket = {
    bucket: v.pipe(
      REQUIRED,
      v.string('write the name of the bucket'),
      v.check(
        (name) => bucketNameFault(name) === undefined,
        ({ input }) => String(bucketNameFault(input)),
      ),
    ),
    region: v.pipe(
      REQUIRED,
      v.string(REGION_REMEDY),
      v.check(
        (name) => isRegion(name),
        ({ input }) => `there is no such Region${didYouMean(input, REGIONS)}; ${REGION_REMEDY}`,
      ),
    ),
    account: account(defaultAccount),
    existing: v.optional(v.boolean('write true for a bucket that exists, false for one to be created'), false),
  };
  const destination = {
    ...bucket,
    storageClass: v.exactOptional(v.picklist(STORAGE_CLASSES, `write one of ${STORAGE_CLASSES.join(', ')}`)),
    encryption: v.exactOptional(
      v.union(
        [v.literal('sse-s3'), known({ kmsKeyArn: matching(KMS_KEY_ARN, KMS_KEY_REMEDY) })],
        `write 'sse-s3' or { kmsKeyArn: 'arn:aws:kms:…' }`,
      ),
    ),
    // The limits of an event source's MaximumConcurrency.
    concurrency: wholeNumber({ from: 2, to: 1000, otherwise: 10 }),
    historyDays: wholeNumber({ from: 1, to: 36_500, otherwise: 400 }),
    retention: v.exactOptional(retention()),
  };
  const replicator = {
    source: known({
      ...bucket,
      kmsKeyArns: v.exactOptional(
        listOf(matching(KMS_KEY_ARN, KMS_KEY_REMEDY), 'write the ARNs of KMS keys, or leave it out'),
      ),
      topicArn: v.exactOptional(matching(TOPIC_ARN, 'write the ARN of a standard topic, as "arn:aws:sns:…"')),
    }),
    destinations: listOf(known(destination), 'write at least one destination'),
    reconcile: v.optional(reconcile(), {}),
    notify: v.exactOptional(addresses()),
    alarms: v.optional(alarms(), {}),
    logLevel: v.optional(v.picklist(LOG_LEVELS, `write one of ${LOG_LEVELS.join(', ')}`), 'INFO'),
    canary: v.exactOptional(v.union([v.literal(false), canary()], orFalse)),
    scrub: v.optional(v.union([v.literal(false), scrub()], orFalse), {}),
    rehearsal: v.optional(v.union([v.literal(false), rehearsal()], orFalse), {}),
  };
  return known({ replicators: listOf(known(replicator), 'write at least one replicator') });
}

const KMS_KEY_REMEDY = 'write the ARN of a KMS key, as "arn:aws:kms:…:key/…", no alias';
const TOPIC_ARN = /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]+$/;
const KMS_KEY_ARN = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/;

function account(defaultAccount: string | undefined) {
  const remedy = 'write the account that owns the bucket, 12 digits in quotes';
  if (defaultAccount !== undefined) return v.optional(matching(/^\d{12}$/, remedy), defaultAccount);
  return matching(/^\d{12}$/, `${remedy}, or run the CDK with AWS credentials: theirs is the default`);
}

function reconcile() {
  return known({
    schedule: v.optional(schedule(), 'cron(0 1 * * ? *)'),
    timeZone: timeZone(),
    // In bytes still a number that JavaScript counts exactly.
    maxGigabytesPerRun: wholeNumber({ from: 0, to: 8_000_000, otherwise: 1024 }),
    eventMinutes: wholeNumber({ from: 0, to: 1440, otherwise: 15 }),
    parallelism: wholeNumber({ from: 1, to: 1000, otherwise: 20 }),
    notify: v.exactOptional(addresses()),
    reportRetentionDays: wholeNumber({ from: 1, to: 36_500, otherwise: 400 }),
  });
}

function alarms() {
  return known({
    lagMinutes: wholeNumber({ from: 1, to: 1440, otherwise: 15 }),
    runWithinHours: v.exactOptional(
      v.union(
        [v.literal(false), wholeNumberFrom({ from: 1, to: LONGEST_WATCH_HOURS })],
        `write a whole number from 1 to ${LONGEST_WATCH_HOURS}, or false`,
      ),
    ),
    dashboard: v.optional(v.boolean('write true or false'), true),
  });
}

function addresses() {
  return v.array(matching(E_MAIL, E_MAIL_REMEDY), 'write a list of e-mail addresses');
}

function canary() {
  return known({
    everyMinutes: wholeNumber({ from: 1, to: 720, otherwise: 15 }),
    // An invocation lasts 15 minutes at most.
    withinSeconds: wholeNumber({ from: 10, to: 780, otherwise: 300 }),
  });
}

function scrub() {
  const remedy = 'write a number above 0 and up to 1, such as 1 / 365';
  return known({
    share: v.optional(v.pipe(v.number(remedy), v.gtValue(0, remedy), v.maxValue(1, remedy)), 1 / 365),
    maxGigabytesPerRun: wholeNumber({ from: 0, to: 1_000_000, otherwise: 10 }),
    maxObjectMegabytes: wholeNumber({ from: 0, to: 4096, otherwise: 256 }),
  });
}

function rehearsal() {
  return known({
    schedule: v.optional(schedule(), 'cron(0 4 1 * ? *)'),
    timeZone: timeZone(),
    objects: wholeNumber({ from: 0, to: 10_000, otherwise: 100 }),
    maxGigabytes: wholeNumber({ from: 1, to: 100_000, otherwise: 10 }),
    withinDays: v.exactOptional(wholeNumberFrom({ from: 1, to: LONGEST_BETWEEN_REHEARSALS })),
  });
}

function timeZone() {
  const zone = v.check(isTimeZone, ({ input }: { readonly input: string }) => {
    const meant = didYouMean(input, Intl.supportedValuesOf('timeZone'));
    return meant === '' ? TIME_ZONE_REMEDY : `there is no such time zone${meant}; ${TIME_ZONE_REMEDY}`;
  });
  return v.optional(v.pipe(v.string(TIME_ZONE_REMEDY), zone), 'UTC');
}

function retention() {
  const days = v.exactOptional(daysOrFalse());
  return known({
    standardIaAfterDays: days,
    glacierAfterDays: days,
    expireAfterDays: days,
    expireNoncurrentAfterDays: days,
    removeDeleteMarkers: v.exactOptional(v.boolean('write true or false')),
    abortUploadsAfterDays: days,
    // Not a union, which tells nothing of what is wrong inside.
    objectLock: v.exactOptional(v.lazy((lock) => (lock === false ? v.literal(false) : objectLock()))),
  });
}

function daysOrFalse() {
  const remedy = 'write a whole number of days from 1 to 36500, or false';
  const days = v.pipe(v.number(), v.integer(remedy), v.minValue(1, remedy), v.maxValue(36_500, remedy));
  return v.union([v.literal(false), days], remedy);
}

function objectLock() {
  return known({
    mode: v.pipe(REQUIRED, v.picklist(LOCK_MODES, `write one of ${LOCK_MODES.join(', ')}`)),
    days: v.pipe(REQUIRED, wholeNumberFrom({ from: 1, to: 36_500 })),
  });
}

/** Of a union, valibot tells what is wrong inside only of the option that the value comes near to. */
function orFalse({ input }: { readonly input: unknown }): string {
  return typeof input === 'object' ? 'write an object with its fields, or false' : 'write an object, or false';
}

function schedule() {
  return v.pipe(
    v.string(SCHEDULE_REMEDY),
    v.check(
      (text) => scheduleFault(text) === undefined,
      ({ input }) => String(scheduleFault(input)),
    ),
  );
}

const SCHEDULE_REMEDY = `write it as text, such as 'cron(0 1 * * ? *)' or 'rate(12 hours)'`;

function scheduleFault(text: string): string | undefined {
  const read = readSchedule(text);
  if (isFault(read)) return read.fault;
  return hoursBetweenRuns(text) === Infinity ? 'there is no such day: it would never start; write another' : undefined;
}

const REGION_REMEDY = 'write the Region of the bucket, such as "eu-west-1"';
const TIME_ZONE_REMEDY = "write a time zone such as 'UTC' or 'Europe/Berlin'";

/** Not an offset such as +02:00, nor another spelling than that of the IANA, which Intl knows and the scheduler may not. */
function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  const spelt = Intl.supportedValuesOf('timeZone').find((zone) => zone.toLowerCase() === name.toLowerCase());
  if (spelt !== undefined && spelt !== name) return false;
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

const E_MAIL = /^[^\s@]+@[^\s@]+$/;
const E_MAIL_REMEDY = 'write an e-mail address';
