import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decode } from '../../../functions/replicate/decode.ts';

const file = (name: string): string => readFileSync(new URL(`../../events/${name}.json`, import.meta.url), 'utf8');
const changedAt = new Date('2026-11-20T10:11:12.131Z');
const removedAt = changedAt;
const etag = 'd41d8cd98f00b204e9800998ecf8427e';

describe('decode() understands', () => {
  it.each([
    ['created-put-2.1', [{ key: 'holiday/red flower.jpg', sourceETag: etag, changedAt }]],
    ['created-put-null-version', [{ key: 'a.txt', sourceETag: etag, changedAt }]],
    ['replication-2.2', [{ key: 'slow.bin', sourceETag: etag, changedAt }]],
    ['created-multipart-2.3', [{ key: 'video.mp4', sourceETag: '0123456789abcdef0123456789abcdef-17', changedAt }]],
    ['lifecycle-expiration-delete-2.3', [{ key: 'old.log', changedAt, removedAt }]],
    ['restore-completed-2.3', [{ key: 'archive.tar', sourceETag: etag, changedAt }]],
    ['removed-delete-marker-2.4', [{ key: 'gone.txt', sourceETag: etag, changedAt, removedAt }]],
    ['removed-delete-2.5', [{ key: '日本/🪣.txt', changedAt, removedAt }]],
    ['created-copy-2.6', [{ key: 'a+b %25.txt', sourceETag: etag, changedAt }]],
    ['unknown-minor-2.19', [{ key: 'future.txt', sourceETag: etag, changedAt }]],
    [
      'several-records-2.6',
      [
        { key: 'one', sourceETag: etag, changedAt },
        { key: 'two', sourceETag: '0cc175b9c0f1b6a831c399e269772661', changedAt },
        { key: 'three', changedAt, removedAt },
      ],
    ],
    ['sns-envelope', [{ key: 'enveloped object.txt', sourceETag: etag, changedAt }]],
    [
      'keys',
      [
        { key: 'literal+plus%20and space' },
        { key: '/odd//key/', sourceETag: '0cc175b9c0f1b6a831c399e269772661', compare: 'bytes' },
      ],
    ],
  ])('%s', (name, hints) => {
    const decoded = decode(file(name), 'photos');
    const withoutEvents =
      decoded.message === 'hints' ? decoded.hints.map((hint) => ({ ...hint, events: undefined })) : decoded;
    expect(withoutEvents).toEqual(hints);
  });

  it.each([
    ['created-put-2.1', [{ what: 'created', etag }]],
    ['created-put-null-version', [{ what: 'created', etag }]],
    ['created-copy-2.6', [{ what: 'created', etag, versionId: 'wLBXvZ3oYcBzQexample' }]],
    ['removed-delete-marker-2.4', [{ what: 'removed', etag, versionId: '3/L4kqtJlcpXroDTDmJ+rmSpXd3dIbrHY' }]],
    ['removed-delete-2.5', [{ what: 'removed' }]],
    ['lifecycle-expiration-delete-2.3', [{ what: 'removed' }]],
    ['replication-2.2', undefined],
    ['restore-completed-2.3', undefined],
    ['unknown-minor-2.19', undefined],
    ['keys', undefined],
  ])('what S3 said of the source in %s', (name, events) => {
    const decoded = decode(file(name), 'photos');
    const [hint] = decoded.message === 'hints' ? decoded.hints : [];
    expect(hint?.events).toEqual(events?.map((event) => ({ ...event, at: changedAt })));
  });

  it.each([
    ['the removal of a version', 'v1', { what: 'version removed', versionId: 'v1' }],
    ['that of an object without versions', null, { what: 'removed' }],
    ['one whose version is nonsense', 7, { what: 'removed' }],
  ])('%s', (_name, versionId, event) => {
    const s3 = { bucket: { name: 'photos' }, object: { key: 'a', versionId } };
    const at = '2026-11-20T10:11:12.131Z';
    const body = JSON.stringify({ Records: [{ eventName: 'ObjectRemoved:Delete', eventTime: at, s3 }] });
    expect(decode(body, 'photos')).toMatchObject({ hints: [{ removedAt, events: [{ ...event, at: removedAt }] }] });
  });

  it.each(['test-event', 'sns-envelope-test-event'])('%s', (name) => {
    expect(decode(file(name), 'photos')).toEqual({ message: 'test' });
  });

  it('a record that says no more than bucket and key', () => {
    const body = JSON.stringify({ Records: [{ s3: { bucket: { name: 'photos' }, object: { key: 'a' } } }] });
    expect(decode(body, 'photos')).toEqual({ message: 'hints', hints: [{ key: 'a' }] });
  });

  it.each(['not an ETag', '', '../x', 'd41d8cd98f00b204e9800998ecf8427e\r\nx: y'])(
    'an ETag of %j as no guess at all',
    (sourceETag) => {
      const body = JSON.stringify({ keys: [{ key: 'a', sourceETag }] });
      expect(decode(body, 'photos')).toEqual({ message: 'hints', hints: [{ key: 'a' }] });
    },
  );
});

describe('decode() does not understand', () => {
  const record = (change: object) => JSON.stringify({ Records: [change] });
  const s3 = { bucket: { name: 'photos' }, object: { key: 'a' } };
  it.each([
    ['no JSON', 'hello', /JSON/],
    ['nothing', '', /JSON/],
    ['null', 'null', /Object/],
    ['a number', '5', /Object/],
    ['a list', '[]', /Records/],
    ['an empty object', '{}', /Records/],
    ['no records', '{"Records":[]}', /Records/],
    ['no keys', '{"keys":[]}', /Records/],
    ['an empty key', '{"keys":[{"key":""}]}', /at least one character/],
    ['a key that is a number', '{"keys":[{"key":5}]}', /Records/],
    ['a key over 1,024 bytes', JSON.stringify({ keys: [{ key: 'é'.repeat(513) }] }), /1026 bytes/],
    ['half of a surrogate pair', String.raw`{"keys":[{"key":"\ud83d"}]}`, /surrogate/],
    ['a key that is no form encoding', record({ s3: { ...s3, object: { key: '%E6%97' } } }), /form encoding/],
    ['another bucket', record({ s3: { ...s3, bucket: { name: 'videos' } } }), /bucket "videos", not "photos"/],
    ['another major version', record({ eventVersion: '3.0', s3 }), /Records\.0\.eventVersion/],
    ['an event of another service', record({ eventSource: 'aws:sqs', body: 'x' }), /Records\.0\.s3/],
    ['an envelope without JSON', '{"Type":"Notification","Message":"hello"}', /JSON/],
    ['an envelope in an envelope', JSON.stringify({ Type: 'Notification', Message: file('sns-envelope') }), /Records/],
    ['a subscription confirmation', '{"Type":"SubscriptionConfirmation","Message":"x","Token":"y"}', /Records/],
    ['one bad record among good ones', JSON.stringify({ Records: [{ s3 }, {}] }), /Records\.1/],
    ['nesting without end', '['.repeat(200_000), /./],
  ])('%s', (_, body, why) => {
    const decoded = decode(body, 'photos');
    expect(decoded).toEqual({ message: 'not understood', why: expect.stringMatching(why) });
  });
});
