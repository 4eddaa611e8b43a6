import { createHash } from 'node:crypto';
import { assertNever } from '../assert-never.ts';
import type { Fact } from './history.ts';
import type { ReplicaVersion, SourceVersion } from './seen.ts';

/** A fact as an item of the table of versions, without its key. */
export interface FactItem {
  /** Sorts by the source's time; the same for the same fact, and for no other one. */
  readonly at: string;
  readonly attributes: Readonly<Record<string, string | number>>;
}

/**
 * The item of a fact:
 *
 *     key, at                                               the key itself; time, kind, and what tells it from others
 *     fact                                                  `version`, `removed` or `returned`
 *     sourceVersion, sourceETag, sourceLastModified, size   the state of the source
 *     eventAt                                               when S3 says that it was written
 *     replicaVersion, replicaETag                           the version that was made of it
 *     copiedAt                                              when, if it was copied and not found
 *     foundAt                                               when it was first recorded as found, if no event told of it
 *     time, found                                           of a removal or a return: when; `yes` if it was only found then
 *     removedVersion                                        the version, or delete marker, that was removed for good
 *     goneSince                                             of what ended an absence: its beginning
 *     expires                                               seconds since 1970; see `expiryOf`
 *
 * Two records of one fact may know different attributes of it, never different values (but of `foundAt`, where the
 * first stays): an item is what all of them know.
 */
export function factItem(fact: Fact): FactItem {
  switch (fact.fact) {
    case 'version': {
      const { source, replica, eventAt, copiedAt, foundAt, goneSince } = fact;
      const attributes = { ...states(source, replica), eventAt, copiedAt, foundAt, goneSince };
      const began = source.lastModified ?? eventAt;
      return item([began, 'version', idOf(source, replica)], { fact: fact.fact, ...attributes });
    }
    case 'removed': {
      const { at, found, versionId } = fact;
      const kind = found ? 'found removed' : versionId === undefined ? 'removed' : `version removed ${hash(versionId)}`;
      return item([at, kind], { fact: fact.fact, time: at, found: flag(found), removedVersion: versionId });
    }
    case 'returned': {
      const { at, found, source, replica, goneSince } = fact;
      const attributes = { time: at, found: flag(found), ...states(source, replica), goneSince };
      const kind = found ? 'found returned' : 'returned';
      return item([at, kind, idOf(source, replica)], { fact: fact.fact, ...attributes });
    }
    default:
      return assertNever(fact);
  }
}

/** The fact of an item; `undefined` if it is none that is known here, such as one of a later version of this software. */
export function factOf(attributes: Readonly<Record<string, string | number | undefined>>): Fact | undefined {
  const text = (name: string) => {
    const value = attributes[name];
    return value === undefined ? undefined : String(value);
  };
  const date = (name: string) => {
    const value = new Date(text(name) ?? Number.NaN);
    return Number.isNaN(value.getTime()) ? undefined : value;
  };
  const dated = (name: 'eventAt' | 'copiedAt' | 'foundAt' | 'goneSince') => {
    const value = date(name);
    return value && { [name]: value };
  };
  const found = text('found') !== undefined;
  const at = date('time');
  const etag = text('sourceETag');
  const replica = replicaOf({ etag: text('replicaETag'), versionId: text('replicaVersion') });
  const removed = text('removedVersion');
  if (text('fact') === 'removed' && at !== undefined)
    return { fact: 'removed', at, found, ...(removed !== undefined && { versionId: removed }) };
  if (etag === undefined) return undefined;

  const [versionId, lastModified, size] = [text('sourceVersion'), date('sourceLastModified'), text('size')];
  const source: SourceVersion = {
    etag,
    ...(versionId !== undefined && { versionId }),
    ...(lastModified !== undefined && { lastModified }),
    ...(size !== undefined && { size: Number(size) }),
  };
  if (text('fact') === 'returned' && at !== undefined && replica !== undefined)
    return { fact: 'returned', at, found, source, replica, ...dated('goneSince') };
  if (text('fact') !== 'version') return undefined;
  return {
    fact: 'version',
    source,
    ...(replica && { replica }),
    ...dated('eventAt'),
    ...dated('copiedAt'),
    ...dated('foundAt'),
    ...dated('goneSince'),
  };
}

/**
 * When an item may go, in seconds since 1970, some days after it was recorded. A removal goes those days after it happened: never later than
 * what ended it, or else it would seem to last until today.
 */
export function expiryOf(
  fact: Fact,
  { recordedAt, days }: { readonly recordedAt: Date; readonly days: number },
): number {
  const from = fact.fact === 'removed' ? fact.at : recordedAt;
  return Math.floor(from.getTime() / 1000) + days * 86_400;
}

function item(at: readonly (Date | string | undefined)[], attributes: Attributes): FactItem {
  const written = Object.entries(attributes).flatMap(([name, value]): [string, string | number][] =>
    value === undefined ? [] : [[name, value instanceof Date ? value.toISOString() : value]],
  );
  return {
    at: at.map((part) => (part instanceof Date ? part.toISOString() : part)).join(' '),
    attributes: Object.fromEntries(written),
  };
}

type Attributes = Readonly<Record<string, string | number | Date | undefined>>;

function states(source: SourceVersion, replica: ReplicaVersion | undefined): Attributes {
  return {
    sourceVersion: source.versionId,
    sourceETag: source.etag,
    sourceLastModified: source.lastModified,
    size: source.size,
    replicaVersion: replica?.versionId,
    replicaETag: replica?.etag,
  };
}

/** A hash, as ids of versions may have 1,024 characters each, and a sort key no more than that. */
function idOf({ versionId, etag }: SourceVersion, replica: ReplicaVersion | undefined): string {
  return hash(JSON.stringify([versionId, etag, replica?.versionId]));
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}

function flag(is: boolean): string | undefined {
  return is ? 'yes' : undefined;
}

function replicaOf({
  etag,
  versionId,
}: {
  readonly etag: string | undefined;
  readonly versionId: string | undefined;
}): ReplicaVersion | undefined {
  return etag === undefined || versionId === undefined ? undefined : { etag, versionId };
}
