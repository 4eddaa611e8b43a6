import * as v from 'valibot';
import { bucketNameFault } from './bucket-name.ts';
import { STORAGE_CLASSES } from '../shared/storage-classes.ts';
import type { Replicator } from './config.ts';

/**
 * The shape of a configuration: fields, formats and defaults. The rules across fields are those of `ruleProblems`.
 *
 * `Configuration` says the same to an editor; the return type holds the two together.
 */
export function configurationSchema(
  defaultAccount: string | undefined,
): v.GenericSchema<unknown, { readonly replicators: readonly Replicator[] }> {
  const bucket = {
    bucket: v.pipe(
      REQUIRED,
      v.string('write the name of the bucket'),
      v.check(
        (name) => bucketNameFault(name) === undefined,
        ({ input }) => String(bucketNameFault(input)),
      ),
    ),
    region: matching(/^[a-z]{2}(-[a-z]+)+-\d$/, 'write the Region of the bucket, such as "eu-west-1"'),
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
    concurrency: concurrency(),
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
  };
  return known({ replicators: listOf(known(replicator), 'write at least one replicator') });
}

/**
 * Opens the schema of a required field, so that the field itself tells the remedy if it is missing. For a missing field
 * without a default, valibot gives the message of the object around it.
 */
const REQUIRED = v.optional(v.unknown(), () => undefined);

const KMS_KEY_REMEDY = 'write the ARN of a KMS key, as "arn:aws:kms:…:key/…", no alias';
const TOPIC_ARN = /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]+$/;
const KMS_KEY_ARN = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/;

function account(defaultAccount: string | undefined) {
  const remedy = 'write the account that owns the bucket, 12 digits in quotes';
  if (defaultAccount !== undefined) return v.optional(matching(/^\d{12}$/, remedy), defaultAccount);
  return matching(/^\d{12}$/, `${remedy}, or run the CDK with AWS credentials: theirs is the default`);
}

/** The limits of an event source's MaximumConcurrency. */
function concurrency() {
  const remedy = 'write a whole number from 2 to 1000';
  return v.optional(v.pipe(v.number(remedy), v.integer(remedy), v.minValue(2, remedy), v.maxValue(1000, remedy)), 10);
}

function matching(pattern: RegExp, remedy: string) {
  return v.pipe(REQUIRED, v.string(remedy), v.regex(pattern, remedy));
}

function listOf<T extends v.GenericSchema>(element: T, remedy: string) {
  return v.pipe(REQUIRED, v.array(element, remedy), v.minLength(1, remedy));
}

function known<T extends v.ObjectEntries>(entries: T) {
  const fields = Object.keys(entries).join(', ');
  const remedy = `write an object with ${fields}`;
  // A strictObject would tell only the first of several unknown fields, and nothing that the rules find beside it.
  const unknownField = v.pipe(
    v.unknown(),
    v.check(() => false, `unknown field; known here are ${fields}`),
  );
  return v.pipe(
    REQUIRED,
    // To valibot an array is an object, too.
    v.check((value) => !Array.isArray(value), remedy),
    v.objectWithRest(entries, unknownField, remedy),
  );
}
