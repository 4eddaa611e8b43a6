import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import { objectKey } from '../../shared/objects/object-key.ts';
import type { ObjectKey } from '../../shared/objects/object-key.ts';
import { STORAGE_CLASSES } from '../../shared/objects/storage-classes.ts';
import type { StorageClass } from '../../shared/objects/storage-classes.ts';
import type { Wanted } from './decide-restore.ts';

/** A bucket, where it is, and whose it must be. */
export interface Place {
  readonly bucket: string;
  readonly region: string;
  readonly account: string;
}

/** What a run is asked to do: the input of the execution, in plain JSON. */
export interface Request {
  /** The same token is the same run. */
  readonly token: string;
  /** A destination. */
  readonly from: Place;
  /** `create`: there must be no such bucket. Without a Region: that of the bucket is looked up. */
  readonly to: {
    readonly bucket: string;
    readonly region?: string | undefined;
    readonly create?: boolean | undefined;
    /** Put before each key. */
    readonly prefix?: string | undefined;
  };
  readonly select: Selection;
  /** ISO 8601 with a zone. */
  readonly at?: string | undefined;
  /** Of the one key. */
  readonly version?: string | undefined;
  readonly undelete: boolean;
  /** What becomes of an object that is in the target already. */
  readonly existing: 'skip' | 'replace';
  readonly encryption: Encryption;
  readonly storageClass?: StorageClass | undefined;
  /** How fast archived versions come back, and at what price. */
  readonly tier: Tier;
  /** Tells what it would do, and does nothing. */
  readonly dryRun: boolean;
  /** What is restored is compared and thrown away: no mail tells of it. */
  readonly rehearsal?: boolean | undefined;
  /** The keys of the second file, and no others, come back as the source was at that moment: ISO 8601. Of rehearsals. */
  readonly secondAt?: string | undefined;
}

/** `keyFiles`: so many files of keys lie beside the request; their digest tells a request for other keys from the same one. */
export type Selection =
  | { readonly prefix?: string | undefined }
  | { readonly key: ObjectKey }
  | { readonly keyFiles: number; readonly digest?: string | undefined };

export type Encryption =
  | { readonly as: 'as-is' }
  | { readonly as: 'sse-s3' }
  /** Without an ARN: with the key that AWS keeps for S3 in the account. */
  | { readonly as: 'sse-kms'; readonly kmsKeyArn?: string | undefined };

export const TIERS = ['standard', 'bulk', 'expedited'] as const;
export type Tier = (typeof TIERS)[number];

/** Names the run, its files and its execution. */
export const TOKEN = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

const bucket = v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/));
const region = v.pipe(v.string(), v.regex(/^[a-z0-9-]+$/));

export const placeSchema: v.GenericSchema<unknown, Place> = v.strictObject({
  bucket,
  region,
  account: v.pipe(v.string(), v.regex(/^\d{12}$/)),
});

export const requestSchema: v.GenericSchema<unknown, Request> = v.pipe(
  v.strictObject({
    token: v.pipe(v.string(), v.regex(TOKEN)),
    from: placeSchema,
    to: v.strictObject({
      bucket,
      region: v.optional(region),
      create: v.optional(v.boolean()),
      prefix: v.optional(v.pipe(v.string(), v.minLength(1))),
    }),
    select: v.union([
      v.strictObject({ key: v.pipe(v.string(), v.transform(objectKey)) }),
      v.strictObject({
        keyFiles: v.pipe(v.number(), v.integer(), v.minValue(1)),
        digest: v.optional(v.pipe(v.string(), v.hexadecimal())),
      }),
      v.strictObject({ prefix: v.optional(v.pipe(v.string(), v.minLength(1))) }),
    ]),
    at: v.optional(v.pipe(v.string(), v.isoTimestamp())),
    version: v.optional(v.pipe(v.string(), v.minLength(1))),
    undelete: v.boolean(),
    existing: v.picklist(['skip', 'replace']),
    encryption: v.union([
      v.strictObject({ as: v.literal('as-is') }),
      v.strictObject({ as: v.literal('sse-s3') }),
      v.strictObject({ as: v.literal('sse-kms'), kmsKeyArn: v.optional(v.string()) }),
    ]),
    storageClass: v.optional(v.picklist(STORAGE_CLASSES)),
    tier: v.picklist(TIERS),
    dryRun: v.boolean(),
    rehearsal: v.optional(v.boolean()),
    secondAt: v.optional(v.pipe(v.string(), v.isoTimestamp())),
  }),
  v.check(({ version, select }) => version === undefined || 'key' in select, 'a version is that of one key'),
  v.check(({ version, at }) => version === undefined || at === undefined, 'a version has a moment of its own'),
  v.check(({ from, to }) => from.bucket !== to.bucket, 'a destination is not restored into itself'),
);

/** @throws {TypeError} if the input of an execution is no request. */
export function readRequest(input: unknown): Request {
  const read = v.safeParse(requestSchema, input);
  if (read.success) return read.output;
  const [issue] = read.issues;
  throw new TypeError(`Cannot understand the request: ${v.getDotPath(issue) ?? 'it'}: ${issue.message}`);
}

export function isSameRequest(one: Request, other: Request): boolean {
  const plain = (request: Request): unknown => JSON.parse(JSON.stringify(request));
  return isDeepStrictEqual(plain(one), plain(other));
}

/** Which states of its keys a run restores. */
export function wantedBy({ at, version, undelete }: Request): Wanted {
  return {
    undelete,
    ...(at !== undefined && { at: new Date(at) }),
    ...(version !== undefined && { version }),
  };
}
