import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decode } from '../functions/replicate/decode.ts';
import { RUN_METRICS, ATTEMPT_METRICS, CANARY_METRICS } from '../shared/metrics.ts';

const RUNBOOK = readFileSync(new URL('../docs/RUNBOOK.md', import.meta.url), 'utf8');
const HEADINGS = [...RUNBOOK.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading);

function section(heading: string): string {
  const [, text = ''] = RUNBOOK.split(`\n## ${heading}\n`);
  return text.split(/\n#{1,2} /)[0] ?? '';
}

describe('docs/RUNBOOK.md', () => {
  it('has all its headings in its table of contents, in order', () => {
    const contents = [...section('Contents').matchAll(/\[(.*)\]\(#/g)].map(([, heading]) => heading);
    expect(contents).toEqual(HEADINGS.filter((heading) => heading !== 'Runbook' && heading !== 'Contents'));
  });

  it.each([
    'absent',
    'content differs',
    'description differs',
    'same',
    'bytes compared',
    'checksums compared',
    'bytes differ',
    'checksums differ',
    'not compared: …',
    'source is gone',
    'archived',
    'SSE-C',
    'too large',
    'source is damaged',
    'either side may be damaged',
    'longer than an invocation',
    'under way already',
    'to the next invocation',
    'to a later invocation: …',
    'to the inbox: …',
    'in several invocations',
  ])('explains the outcome "%s"', (reason) => {
    expect(section('Outcomes')).toContain(`\`${reason}\``);
  });

  it.each([
    'AccessDenied',
    'KMS.',
    'NoSuchBucket',
    'status 400',
    '301',
    'SlowDown',
    'InternalError',
    'no copy held through',
    'not sent, as the time',
    'Cannot hand over',
    'executions for these very states',
    'somebody ended its upload',
    'no part was done in the time',
    'no clear answer, 6 times',
    'not done after 2000 invocations',
    'no state machine is configured',
    'S3 answered 200 without a result',
    'Cannot look at the execution',
    'too many',
  ])('explains the failure "%s"', (reason) => {
    expect(section('Failures')).toContain(reason);
  });

  it.each([
    ['who am I?', '… is not valid JSON'],
    ['', 'Unexpected end of JSON input'],
    ['{"a":1}', 'Records: Invalid …'],
    ['{"Records":[{"eventVersion":"3.0","s3":{}}]}', 'Records.0.eventVersion: Invalid start'],
    ['{"Records":[{"s3":{"bucket":{"name":"films"},"object":{"key":"a"}}}]}', 'It is about the bucket "…"'],
    ['{"Records":[{"s3":{"bucket":{"name":"photos"},"object":{"key":"%E4"}}}]}', 'Cannot decode the key'],
    ['{"keys":[{"key":""}]}', 'Cannot take "…" for a key'],
  ])('explains why nobody understands %s', (body, reason) => {
    const decoded = decode(body, 'photos');
    if (decoded.message !== 'not understood') throw new TypeError('It is understood');
    const [before = '', after = ''] = reason.split('…');
    expect(decoded.why).toContain(before.trim());
    expect(decoded.why).toContain(after.trim());
    expect(section('Messages that nobody understands')).toContain(`\`${reason}\``);
  });

  it('has all metrics', () => {
    const names = Object.keys({ ...ATTEMPT_METRICS, ...RUN_METRICS, ...CANARY_METRICS });
    expect(names.filter((name) => !section('Where to look').includes(`\`${name}\``))).toEqual([]);
  });

  it.each([
    'To try again by hand',
    'To pause, and to go on',
    'To raise the concurrency',
    'A KMS key that is lost',
    'A bucket that is gone',
    'To remove a destination',
    'To move a destination',
    'When the costs explode',
    'To fail over, and back',
    'To upgrade a live installation',
    'Alarms that are gone',
  ])('says how: %s', (heading) => {
    expect(section(heading)).toMatch(/\n {4,}(npm|npx|aws) |`np[mx] /);
  });
});
