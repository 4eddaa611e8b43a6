import { isId } from './history.ts';
import type { ReplicaVersion, SourceVersion } from './seen.ts';
import type { ListedVersion } from '../listing/listed-version.ts';

/** What the ledger's item says of a key as it is now, for what no fact says. */
export interface Now {
  readonly source?: SourceVersion;
  /** Made from that source. */
  readonly replica?: { readonly etag: string; readonly versionId?: string | undefined };
  readonly removedAt?: Date;
}

/** From `since` on this was so, until the next moment. */
export interface Moment {
  readonly since: Date;
  /**
   * How that time is known: S3 told of the change; by the last-modified date of the source, in whole seconds; it was only found to be so then; by
   * the last-modified date of the replica, which is when it was copied.
   */
  readonly knownBy: 'event' | 'last-modified' | 'look' | 'replica';
  /** `unrecorded`: a version of the replica of which nobody knows what it was made from. */
  readonly what: 'written' | 'removed' | 'returned' | 'unrecorded';
  readonly source?: SourceVersion;
  readonly replica?: ReplicaVersion;
  readonly copiedAt?: Date;
  /** When it was found, if it was neither copied nor told of by an event. */
  readonly foundAt?: Date;
  /** Of a removal: the version, or delete marker, that was removed for good, after which nothing was left. */
  readonly removedVersion?: string;
  /** The replica as the destination has it; absent where it is gone, or nothing is held. */
  readonly listed?: ListedVersion;
  /** Only the ledger's item tells of it: there is no fact of the version. */
  readonly fromItem?: true;
}

/** Tells states of the source apart, also where it keeps no versions. */
export function sourceId({ versionId, etag, lastModified }: SourceVersion): string {
  return isId(versionId) ? versionId : `${etag} ${lastModified?.toISOString()}`;
}
