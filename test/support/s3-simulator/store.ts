import { insertionPoint, sortKeys } from './key-order.ts';
import { S3Error } from './s3-error.ts';
import type { DeleteMarker, Encryption, StoredObject } from './stored-object.ts';
import type { Upload } from './upload.ts';

/** An S3 without HTTP: what all accounts of the world have stored. Nothing in it waits; operations that take time are cut in two. */
export interface Store {
  readonly buckets: Map<string, BucketState>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** The account that buckets belong to which are created over HTTP. */
  readonly account: string;
  /** The answer to a conditional write when another write of the key was committed since it began. */
  readonly conflict: () => 409 | 412;
  /** The most keys that a page of a listing may hold; S3 may return fewer than were asked for. */
  readonly pageSize: () => number;
  /** A number that was never used before, for version ids and the like. */
  readonly next: () => number;
}

export interface BucketState {
  readonly name: string;
  readonly owner: string;
  readonly region: string;
  readonly created: number;
  readonly versioning: Versioning;
  readonly encryption: Encryption;
  /** False: the caller lacks `s3:ListBucket`, and a missing key answers 403 instead of 404. */
  readonly mayList: boolean;
  /** The rules as S3 writes them, in XML. The simulator shows them, and does nothing of what they say. */
  readonly lifecycle?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** Whether IAM goes by the tags; the simulator only tells it. */
  readonly abac?: boolean;
  readonly keys: Map<string, KeyState>;
  readonly uploads: Map<string, Upload>;
  /** All keys in S3's order; kept by `keyState`. */
  readonly order: { keys: readonly string[]; fresh: boolean };
}

export type Versioning = 'off' | 'enabled' | 'suspended';
export type Version = StoredObject | DeleteMarker;

export interface KeyState {
  /** Oldest first. The last one is the current one. */
  versions: readonly Version[];
  /** How many writes and deletes were committed here, so that one which was overtaken can tell. */
  writes: number;
}

export interface StoreOptions {
  readonly now?: () => number;
  readonly account?: string;
  readonly conflict?: 409 | 412 | (() => 409 | 412);
  readonly pageSize?: number | (() => number);
}

export function createStore(options: StoreOptions = {}): Store {
  const { conflict = 412, pageSize = 1000 } = options;
  let sequence = 0;
  return {
    buckets: new Map(),
    now: options.now ?? Date.now,
    account: options.account ?? '111122223333',
    conflict: typeof conflict === 'function' ? conflict : () => conflict,
    pageSize: typeof pageSize === 'function' ? pageSize : () => pageSize,
    next: () => (sequence += 1),
  };
}

export interface BucketOptions {
  readonly name: string;
  readonly owner?: string;
  readonly region?: string;
  readonly versioning?: Versioning;
  readonly encryption?: Encryption;
  readonly mayList?: boolean;
  readonly lifecycle?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly abac?: boolean;
}

export function createBucket(store: Store, options: BucketOptions): BucketState {
  if (store.buckets.has(options.name)) throw new S3Error('BucketAlreadyOwnedByYou');
  const bucket: BucketState = {
    owner: store.account,
    region: 'us-east-1',
    versioning: 'off',
    encryption: { type: 'AES256' },
    mayList: true,
    ...options,
    created: store.now(),
    keys: new Map(),
    uploads: new Map(),
    order: { keys: [], fresh: true },
  };
  store.buckets.set(bucket.name, bucket);
  return bucket;
}

/** Changes settings of a bucket; what it holds stays. */
export function changeBucket(store: Store, name: string, change: Partial<Omit<BucketOptions, 'name'>>): BucketState {
  const bucket = { ...bucketNamed(store, name), ...change };
  store.buckets.set(name, bucket);
  return bucket;
}

/** @throws {S3Error} NoSuchBucket, or AccessDenied if it belongs to somebody else than expected. */
export function bucketNamed(store: Store, name: string, expectedOwner?: string): BucketState {
  const bucket = store.buckets.get(name);
  if (!bucket) throw new S3Error('NoSuchBucket');
  if (expectedOwner !== undefined && expectedOwner !== bucket.owner) throw new S3Error('AccessDenied');
  return bucket;
}

export function keyState(bucket: BucketState, key: string): KeyState {
  const known = bucket.keys.get(key);
  if (known) return known;
  const state: KeyState = { versions: [], writes: 0 };
  bucket.keys.set(key, state);
  bucket.order.fresh = false;
  return state;
}

/** The newest version, which may be a delete marker. */
export function currentVersion(bucket: BucketState, key: string): Version | undefined {
  return bucket.keys.get(key)?.versions.at(-1);
}

/** All keys that come behind `after`, ascending by their UTF-8 bytes; those without any version are among them. */
export function* keysAfter(bucket: BucketState, after: string): Generator<string> {
  if (!bucket.order.fresh) {
    bucket.order.keys = sortKeys(bucket.keys.keys());
    bucket.order.fresh = true;
  }
  const { keys } = bucket.order;
  for (let index = insertionPoint(keys, after); index < keys.length; index += 1) {
    const key = keys[index];
    if (key !== undefined && key !== after) yield key;
  }
}
