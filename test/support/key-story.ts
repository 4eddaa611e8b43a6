import fc from 'fast-check';
import type { SourceEvent } from '../../shared/ledger/seen.ts';
import type { LedgerRecord } from '../../shared/ledger/ledger.ts';
import type { ListedVersion } from '../../shared/listing/listed-version.ts';
import { objectKey } from '../../shared/objects/object-key.ts';

/** What happens to a key of a versioned source. `delete` leaves a marker, `undo` removes what is newest for good, `purge` what is oldest. */
export interface Happening {
  readonly what: 'put' | 'delete' | 'undo' | 'purge';
  readonly content: string;
  /** Milliseconds after the one before. */
  readonly after: number;
  /** No event tells of it: it is found some time later. */
  readonly lost: boolean;
}

export const KEY = objectKey('ä/k');
const BEGINNING = Date.parse('2026-01-01T10:00:00.123Z');

export const happenings = (lost: fc.Arbitrary<boolean>) =>
  fc.array(
    fc.record({
      what: fc.constantFrom<Happening['what'][]>('put', 'put', 'put', 'delete', 'undo', 'purge'),
      content: fc.constantFrom('one', 'two', 'three'),
      after: fc.integer({ min: 20, max: 1500 }),
      lost,
    }),
    { minLength: 1, maxLength: 12 },
  );

export interface KeyStory {
  /** One for each look, in the order of the looks; each before the next happening. */
  readonly records: readonly LedgerRecord[];
  /** What the source held from then on. */
  readonly truth: readonly { readonly since: number; readonly content: string | undefined }[];
  readonly listed: readonly ListedVersion[];
}

/** A key of a versioned source and its replica, as a model: each change is looked at within 10 ms, and copied unless the replica is the same. */
export function keyStory(all: readonly Happening[]): KeyStory {
  const stack: (
    { readonly id: string; readonly etag: string; readonly at: number } | { readonly id: string; readonly marker: true }
  )[] = [];
  const records: LedgerRecord[] = [];
  const truth: { since: number; content: string | undefined }[] = [];
  const listed: ListedVersion[] = [];
  let now = BEGINNING;
  all.forEach(({ what, content, after, lost }, n) => {
    now += after;
    const event = happen();
    if (event === undefined) return;
    const current = stack.at(-1);
    const source = current && 'etag' in current ? current : undefined;
    truth.push({ since: now, content: source?.etag });
    records.push(look(source, lost ? undefined : event));

    function happen(): SourceEvent | undefined {
      const at = new Date(now);
      if (what === 'put') {
        stack.push({ id: `s${n}`, etag: content, at: now });
        return { at, what: 'created', versionId: `s${n}`, etag: content };
      }
      if (what === 'delete') {
        stack.push({ id: `m${n}`, marker: true });
        return { at, what: 'removed', versionId: `m${n}` };
      }
      const removed = what === 'undo' ? stack.pop() : stack.shift();
      return removed && { at, what: 'version removed', versionId: removed.id };
    }
  });
  return { records, truth, listed };

  function look(
    source: { id: string; etag: string; at: number } | undefined,
    event: SourceEvent | undefined,
  ): LedgerRecord {
    const common = { key: KEY, reason: 'test', lookedAt: new Date(now + 5), recordedAt: new Date(now + 10) };
    const events = event && { events: [event] };
    if (source === undefined)
      return {
        ...common,
        ...events,
        outcome: 'skipped',
        removedAt: event === undefined || event.what === 'created' ? new Date(now + 5) : event.at,
      };
    const isCopied = listed.at(-1)?.etag !== source.etag;
    if (isCopied) {
      const lastModified = new Date(Math.floor((now + 8) / 1000) * 1000);
      const versionId = `r${listed.length}`;
      listed.push({ versionId, lastModified, isLatest: true, deleteMarker: false, etag: source.etag, size: 1 });
    }
    return {
      ...common,
      ...events,
      outcome: isCopied ? 'copied' : 'same',
      source: {
        etag: source.etag,
        versionId: source.id,
        lastModified: new Date(Math.floor(source.at / 1000) * 1000),
        size: 1,
      },
      replica: { etag: source.etag, versionId: listed.at(-1)?.versionId },
      ...(isCopied && { copiedAt: new Date(now + 10) }),
    };
  }
}
