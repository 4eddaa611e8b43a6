import { describe, expect, it } from 'vitest';
import { decideTarget } from '../../../functions/restore/decide-target.ts';
import type { ObjectState } from '../../../shared/objects/bucket.ts';

const START = new Date('2026-11-21T10:00:00.700Z');
const BEFORE = new Date('2026-11-21T09:59:59Z');
const SINCE = new Date('2026-11-21T10:00:00Z');

function state(changed: Partial<ObjectState> = {}): ObjectState {
  return {
    etag: 'a',
    size: 1,
    lastModified: BEFORE,
    kms: false,
    archived: false,
    description: { metadata: {}, tagCount: 0 },
    ...changed,
  };
}

const another = { etag: 'b', size: 2 };
const copy = { do: 'copy' };
const wait = { do: 'wait' };

interface Row {
  readonly name: string;
  readonly version?: Partial<ObjectState>;
  readonly target: Partial<ObjectState> | undefined;
  readonly existing?: 'skip' | 'replace';
  readonly sameTags?: boolean;
  readonly is: object;
}

describe('what is done about a key', () => {
  it.each<Row>([
    { name: 'nothing there', target: undefined, is: copy },
    { name: 'nothing there, archived', version: { archived: true }, target: undefined, is: wait },
    { name: 'the same, from before', target: {}, is: { outcome: 'same' } },
    { name: 'the same, archived', version: { archived: true }, target: {}, is: { outcome: 'same' } },
    { name: 'the same, since the start', target: { lastModified: SINCE }, is: { outcome: 'restored' } },
    { name: 'another, skip', target: another, is: { outcome: 'skipped' } },
    { name: 'another, skip, archived', version: { archived: true }, target: another, is: { outcome: 'skipped' } },
    { name: 'another, replace', existing: 'replace', target: another, is: copy },
    {
      name: 'another, replace, archived',
      existing: 'replace',
      version: { archived: true },
      target: another,
      is: wait,
    },
    {
      name: 'another, replace, since the start',
      existing: 'replace',
      target: { ...another, lastModified: SINCE },
      is: { outcome: 'skipped', reason: 'the target holds an object newer than this restore' },
    },
    { name: 'other tags, skip', sameTags: false, target: {}, is: { outcome: 'skipped' } },
    { name: 'other tags, replace', existing: 'replace', sameTags: false, target: {}, is: copy },
    {
      name: 'another description, replace',
      existing: 'replace',
      target: { description: { metadata: { a: '1' }, tagCount: 0 } },
      is: copy,
    },
    {
      name: 'larger than S3 can copy',
      version: { size: 60 * 1024 ** 4 },
      target: undefined,
      is: { outcome: 'failed' },
    },
  ])('$name', ({ version = {}, target, existing = 'skip', sameTags = true, is }) => {
    const rules = { existing, startedAt: START, sameTags };
    expect(decideTarget({ version: state(version), target: target && state(target) }, rules)).toMatchObject(is);
  });
});
