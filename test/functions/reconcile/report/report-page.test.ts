import { expect, it } from 'vitest';
import type { History } from '../../../../functions/reconcile/report/history.ts';
import { pageOf } from '../../../../functions/reconcile/report/report-page.ts';
import type { Report } from '../../../../functions/reconcile/report/report.ts';
import {
  differing,
  REPORTS_BUCKET,
  sampleDestination,
  sampleHistory,
  sampleReport,
} from '../../../support/sample-report.ts';

function page(differently: Partial<Report> = {}, history?: History): string {
  const report = sampleReport(differently);
  return pageOf(report, { history: history ?? sampleHistory(report, 30), reportsBucket: REPORTS_BUCKET });
}

/** What a reader sees, in one line. */
function textOf(html: string): string {
  return html
    .replaceAll(/<(style|svg)[\s\S]*?<\/\1>/g, ' ')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replaceAll(/\s+/g, ' ');
}

const count = (html: string, what: RegExp) => [...html.matchAll(what)].length;

it('shows each number of the table with its name on a phone, where the table has no room for its head', () => {
  const html = page({ destinations: [differing, sampleDestination()], status: 'differs' });
  const tables = [...html.matchAll(/<table( class="stack")?>([\s\S]*?)<\/table>/g)];
  expect(tables).toHaveLength(2);
  for (const [, stacked, table = ''] of tables) {
    expect(stacked).toBeDefined();
    const numbers = [...table.matchAll(/<th class="number">(\w+)<\/th>/g)].map(([, name]) => name);
    expect(numbers.slice(0, 3)).toEqual(['Found', 'Repaired', 'Left']);
    for (const [row] of [...table.matchAll(/<tr>[\s\S]*?<\/tr>/g)].slice(1))
      expect([...row.matchAll(/<td class="number[^"]*" data-name="(\w+)"/g)].map(([, name]) => name)).toEqual(numbers);
  }
  // Of what is hidden there, only the head may be: its names stand before the numbers.
  const hidden = [...html.matchAll(/([^{};]+)\{[^{}]*display: none/g)].map(([, selector]) => selector?.trim());
  expect(hidden).toEqual(['.stack thead']);
  expect(html).toContain('.stack td[data-name]::before { content: attr(data-name)');
});

it('needs nothing but itself, and runs nothing', () => {
  const html = page({ destinations: [differing], status: 'differs' });
  expect(html).not.toMatch(/<script|<link|<img|<iframe|@import|\bon[a-z]+=|https?:|url\((?!#)/i);
  expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
});

it('closes what it opens', () => {
  const open: string[] = [];
  const closed: (readonly [string, string | undefined])[] = [];
  const html = page({
    destinations: [differing, sampleDestination()],
    status: 'differs',
    problems: ['one'],
    keys: ['k'],
  });
  for (const [, slash, tag = '', rest = ''] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)([^>]*)>/gi)) {
    if (slash === '/') closed.push([tag, open.pop()]);
    else if (!rest.endsWith('/') && tag !== 'meta') open.push(tag);
  }
  expect(open).toEqual([]);
  expect(closed.filter(([tag, opened]) => tag !== opened)).toEqual([]);
});

it('shows what came from outside as text: names, keys, reasons, problems', () => {
  const evil = `<script>alert("1")</script><img src=x onerror='a'>&amp;`;
  const destination = sampleDestination({
    bucket: evil,
    region: evil,
    status: 'differs',
    failed: { [evil]: 1 },
    underWay: { [evil]: 1 },
    cannot: { [evil]: 1 },
    withheld: evil,
    inbox: evil,
  });
  const html = page({
    status: 'failed',
    source: { bucket: evil, keys: 1, bytes: 1 },
    request: { trigger: 'hand', prefix: evil, destination: evil },
    problems: [evil],
    keys: [evil],
    destinations: [destination, destination],
  });
  expect(html).not.toMatch(/<script|<img/i);
  expect(textOf(html)).toContain(evil);
  expect(count(html, /&#60;script&#62;/g)).toBeGreaterThan(15);
});

it('shows characters that would turn the text around, or are none, as their codes', () => {
  expect(page({ problems: ['a\u202eb\u0000c\ud800d'] })).toContain('a\\u202eb\\u0000c\\ud800d');
});

it('begins with the one sentence, then what is wrong and what to do, then the destinations, the worst first', () => {
  const [equal] = sampleReport().destinations;
  const text = textOf(page({ status: 'differs', destinations: [equal ?? differing, differing] }));
  const order = [
    '≠ Differs 12 objects of photos differ in photos-dr',
    'What differs, and what to do',
    'photos-dr: 4 could not be copied Cannot copy',
    'What to do: Admit the role',
    'photos-dr: 7 not equal yet it waits in the inbox',
    'What to do: Copying was still going on.',
    'The 2 destinations',
    'photos-dr ≠ Differs 1,968 1,956 12 4 photos-eu ✓ Equal 0 0 0 0',
    'photos-dr us-west-2 ≠ Differs not proved equal by this run',
    'photos-eu eu-west-1 ✓ Equal proved equal as of 2026-11-21 01:00:04 UTC',
    'The last 30 runs',
    'The run Started by the schedule',
  ];
  const places = order.map((part) => text.indexOf(part));
  expect(places).not.toContain(-1);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
});

it.each([
  'Objects compared 1,234,567',
  'Equal at once 1,232,599 41 of them by the ledger',
  'Found different 1,968 983 missing, 980 of other content, 5 described anew in the source; 1.4 GiB',
  'Repaired 1,956 971 missing, 980 of other content, 5 described anew in the source; 1.3 GiB',
  'The same, when their contents were compared 2',
  'Gone from the source meanwhile 1',
  'Could not be copied 4 4: Cannot copy',
  'Not equal yet 8 7: it waits in the inbox; 1: a long copy is being made',
  'Cannot be copied as they are 4 3: archived; 1: SSE-C',
  'Changed in the last minutes 7',
  'Only in the destination 493',
  'Inbox, at the end some of what was sent to it was not looked at within 30 minutes',
  '3 cannot be copied as they are (archived). Restore them',
])('tells of a destination: %s', (part) => {
  expect(textOf(page({ status: 'differs', destinations: [differing] }))).toContain(part);
});

it('says why nothing was repaired, and what to do about it', () => {
  const withheld = 'more than the 1099511627776 bytes that a run may repair';
  const destination = sampleDestination({ status: 'differs', withheld, underWay: { [withheld]: 900_000 } });
  const text = textOf(page({ status: 'differs', destinations: [destination] }));
  expect(text).toContain('Nothing was repaired more than the 1 TiB that a run may repair');
  expect(text).toContain('npm run reconcile -- --destination photos-eu');
});

it('says what went wrong, and what to do about it', () => {
  const problem = '3 of 5 shares of the keys were not listed to their end: SlowDown';
  expect(textOf(page({ status: 'failed', problems: [problem] }))).toContain(
    `What went wrong ${problem} What to do: If the reason passes`,
  );
});

it('tells the facts of the run', () => {
  const text = textOf(page());
  expect(text).toContain('Duration, with waiting for copies 4 min 12 s Source 1,234,567 objects, 3.2 TiB');
  expect(text).toContain('Keys per second, of the whole run 4,899 Pages listed 5,012 Price of these requests $0.025');
});

it('links the lists of keys, relative to itself; of very many the first', () => {
  const { run } = sampleReport();
  const keys = Array.from({ length: 25 }, (_, at) => `runs/${run}/keys/${at}.jsonl`);
  const html = page({ keys });
  expect(count(html, /<a href="keys\/\d+\.jsonl">/g)).toBe(20);
  expect(textOf(html)).toContain('and 5 more.');
  expect(textOf(html)).toContain(`aws s3 cp --recursive s3://${REPORTS_BUCKET}/runs/${run}/keys/ keys/`);
});

it.each([1, 2, 30])('draws %d runs: their bars, their state by a sign, their numbers at a touch', (nights) => {
  const report = sampleReport({ destinations: [differing], status: 'differs' });
  const html = page({ destinations: [differing], status: 'differs' }, sampleHistory(report, nights));
  const picture = /<svg\s+viewBox="0 0 400[\s\S]*?<\/svg>/.exec(html)?.[0] ?? '';
  expect(count(picture, /class="sign /g)).toBe(nights);
  expect(count(picture, /<rect\s+class="bar"/g)).toBe(2 * nights);
  expect(count(picture, /<rect\s+class="hit"/g)).toBe(nights);
  expect(picture).toContain('photos-dr: 1,968 found, 1,956 repaired, 12 left');
  expect(count(picture, /class="bad"/g)).toBe(nights > 12 ? 1 : 0);
  expect(picture).not.toMatch(/NaN|Infinity|undefined|="-/);
});

it('draws a run that compared nothing', () => {
  const nothing = { source: { bucket: 'photos', keys: 0, bytes: 0 }, destinations: [], seconds: 0, problems: ['why'] };
  const report = sampleReport({ ...nothing, status: 'failed' });
  const html = pageOf(report, { history: sampleHistory(report, 1), reportsBucket: REPORTS_BUCKET });
  expect(html).not.toMatch(/NaN|Infinity|undefined/);
  expect(pageOf(report, { history: [], reportsBucket: REPORTS_BUCKET })).toContain('The run failed: why');
});
