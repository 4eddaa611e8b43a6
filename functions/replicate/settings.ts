import { required, s3Endpoint } from '../../shared/environment.ts';
import type { Environment } from '../../shared/environment.ts';
import { bucketOfSubscriber } from '../../shared/names.ts';
import { S3_LIMITS } from '../../shared/objects/s3-limits.ts';
import { STORAGE_CLASSES } from '../../shared/objects/storage-classes.ts';
import type { LedgerAddress } from '../../shared/ledger/dynamo-ledger.ts';
import type { InboxAddress } from './inbox.ts';
import type { ReplicaSettings } from '../../shared/s3/s3-access.ts';

/** What the function's environment says. */
export interface Settings {
  readonly source: { readonly name: string; readonly owner: string; readonly region: string };
  readonly destination: { readonly name: string; readonly owner: string; readonly region: string };
  readonly replicas: ReplicaSettings;
  /** Whether the lifecycle of the destination may expire replicas, and must be asked. */
  readonly mayExpire: boolean;
  /** Where S3 is, if not where AWS has it. */
  readonly endpoint: string | undefined;
  /** Keys worked on at the same time in one invocation. */
  readonly inFlight: number;
  /** The destination's queues, where it has some. */
  readonly inbox: InboxAddress | undefined;
  /** The destination's ledger, where it has one. */
  readonly ledger: LedgerAddress | undefined;
  readonly longCopies: {
    /** Of the state machine for copies that are longer than an invocation, where there is one. */
    readonly stateMachineArn: string | undefined;
    /** How many parts of one object an invocation copies at most. */
    readonly partsPerInvocation: number;
  };
}

/**
 * Reads the environment. The destination is the bucket that the function is named after.
 *
 * @throws {Error} naming the variable that is missing or wrong.
 */
export function settingsFrom(environment: Environment): Settings {
  return {
    source: {
      name: required(environment, 'SOURCE_BUCKET'),
      owner: required(environment, 'SOURCE_ACCOUNT'),
      region: required(environment, 'SOURCE_REGION'),
    },
    destination: {
      name: bucketOfSubscriber(required(environment, 'AWS_LAMBDA_FUNCTION_NAME')),
      owner: required(environment, 'DESTINATION_ACCOUNT'),
      region: required(environment, 'AWS_REGION'),
    },
    replicas: replicaSettings(environment),
    mayExpire: environment['REPLICAS_MAY_EXPIRE'] === 'yes',
    endpoint: s3Endpoint(environment),
    inFlight: positive(environment, 'IN_FLIGHT', 64),
    inbox: inboxAddress(environment),
    ledger: ledgerAddress(environment),
    longCopies: {
      stateMachineArn: environment['LONG_COPY_STATE_MACHINE_ARN'],
      partsPerInvocation: positive(environment, 'PARTS_PER_INVOCATION', S3_LIMITS.parts),
    },
  };
}

function inboxAddress(environment: Environment): InboxAddress | undefined {
  const { INBOX_URL, FAILED_QUEUE_URL } = environment;
  if (INBOX_URL === undefined || FAILED_QUEUE_URL === undefined) return undefined;
  return {
    region: required(environment, 'AWS_REGION'),
    inboxUrl: INBOX_URL,
    failedUrl: FAILED_QUEUE_URL,
    visibilitySeconds: positive(environment, 'INBOX_VISIBILITY_SECONDS', 3600),
  };
}

function ledgerAddress(environment: Environment): LedgerAddress | undefined {
  const { LEDGER_TABLE, VERSIONS_TABLE } = environment;
  if (LEDGER_TABLE === undefined) return undefined;
  return {
    region: required(environment, 'AWS_REGION'),
    table: LEDGER_TABLE,
    // An item and a version for each key.
    sockets: 2 * positive(environment, 'IN_FLIGHT', 64),
    ...(VERSIONS_TABLE !== undefined && {
      history: { table: VERSIONS_TABLE, days: positive(environment, 'HISTORY_DAYS', 400) },
    }),
  };
}

function replicaSettings(environment: Environment): ReplicaSettings {
  const { STORAGE_CLASS, ENCRYPTION, KMS_KEY_ARN } = environment;
  return {
    ...(STORAGE_CLASS === undefined ? {} : { StorageClass: oneOf('STORAGE_CLASS', STORAGE_CLASS, STORAGE_CLASSES) }),
    ...(ENCRYPTION === undefined ? {} : { ServerSideEncryption: oneOf('ENCRYPTION', ENCRYPTION, ENCRYPTIONS) }),
    // Without a Bucket Key every copy is a request to KMS.
    ...(KMS_KEY_ARN === undefined ? {} : { SSEKMSKeyId: KMS_KEY_ARN, BucketKeyEnabled: true }),
  };
}

const ENCRYPTIONS = ['AES256', 'aws:kms'] as const;

function oneOf<const T extends string>(name: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found !== undefined) return found;
  throw new Error(`Cannot start: the environment variable ${name} is "${value}", not one of ${allowed.join(', ')}`);
}

function positive(environment: Environment, name: string, otherwise: number): number {
  const value = environment[name];
  if (value === undefined) return otherwise;
  if (/^[1-9]\d{0,4}$/.test(value)) return Number(value);
  throw new Error(`Cannot start: the environment variable ${name} is "${value}", not a number from 1 to 99999`);
}
