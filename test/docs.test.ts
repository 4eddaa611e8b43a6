import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

const IGNORED = ['node_modules/**', 'cdk.out/**', '.local/**', 'dist/**', '**/node_modules/**'];
const PAGES = globSync('**/*.md', { exclude: IGNORED }).toSorted();
const SOURCES = globSync('**/*.{ts,mjs}', { exclude: IGNORED }).filter((file) => !file.startsWith('test/'));

/** Without code, in which brackets are no links. */
function proseOf(page: string): string {
  return read(page)
    .replaceAll(/^```[\s\S]*?^```/gm, '')
    .replaceAll(/`[^`]*`/g, '')
    .replaceAll(/^ {4,}(?:npm|npx|aws|[{}]|\$).*$/gm, '');
}

function read(file: string): string {
  return readFileSync(file, 'utf8');
}

/** As GitHub makes them. */
function anchorsOf(page: string): readonly string[] {
  const headings = read(page)
    .replaceAll(/^```[\s\S]*?^```/gm, '')
    .matchAll(/^#+ (.*)$/gm);
  return [...headings].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_\- ]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function linksOf(page: string): readonly string[] {
  const prose = proseOf(page);
  const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g), ...prose.matchAll(/^\[[^\]]+\]: (\S+)$/gm)];
  return links.map(([, link = '']) => link).filter((link) => !/^[a-z]+:/.test(link));
}

function isBroken(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const file = path === '' ? page : normalize(join(dirname(page), path));
  if (!existsSync(file)) return true;
  return anchor !== undefined && !anchorsOf(file).includes(anchor);
}

it.each(PAGES)('%s links to pages and headings that exist', (page) => {
  expect(linksOf(page).filter((link) => isBroken(page, link))).toEqual([]);
});

// Each version of the changelog has the same headings.
it.each(PAGES.filter((page) => page !== 'CHANGELOG.md'))('%s has no heading twice', (page) => {
  const anchors = anchorsOf(page);
  expect(anchors.filter((each, at) => anchors.indexOf(each) !== at)).toEqual([]);
});

it('README.md is read in five minutes', () => {
  expect(Buffer.byteLength(read('README.md'))).toBeLessThan(12_000);
});

it('each page in docs can be reached from README.md', () => {
  const reached = new Set(['README.md']);
  for (const page of reached)
    for (const link of linksOf(page)) {
      const [path = ''] = link.split('#');
      if (path.endsWith('.md')) reached.add(normalize(join(dirname(page), path)));
    }
  expect(PAGES.filter((page) => page.startsWith('docs/') && !reached.has(page))).toEqual([]);
});

/** What messages, reports and alarms refer to, by file and heading: `See "Failures" in docs/RUNBOOK.md`, `docs/RUNBOOK.md, "Failures"`. */
function referencesOf(source: string): readonly (readonly [page: string, heading: string])[] {
  const text = read(source).replaceAll(/\s*\n\s*(?:\* )?/g, ' ');
  return [
    ...[...text.matchAll(/"([^"$]+)" in ([\w/-]+\.md)/g)].map(
      ([, heading = '', page = '']) => [page, heading] as const,
    ),
    ...[...text.matchAll(/([\w/-]+\.md)(?:,| says under) "([^"$]+)"/g)].map(
      ([, page = '', heading = '']) => [page, heading] as const,
    ),
  ];
}

it('messages refer to pages and headings that exist', () => {
  const references = SOURCES.flatMap(referencesOf);
  expect(references.length).toBeGreaterThan(15);
  const headingsOf = (page: string) =>
    existsSync(page) ? [...read(page).matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading) : [];
  const broken = references.filter(([page, heading]) => !headingsOf(page).includes(heading));
  expect(broken).toEqual([]);
});

describe('commands that pages name', () => {
  const commands = PAGES.filter((page) => page !== 'CHANGELOG.md').flatMap((page) =>
    [...read(page).matchAll(/npm run (?:--silent )?([\w:-]+)((?: --(?= ))?[^`\n|]*)/g)].map(
      ([, command = '', rest = '']) => ({ page, command, rest }),
    ),
  );

  it('exist', () => {
    const { scripts } = JSON.parse(read('package.json'));
    expect(commands.length).toBeGreaterThan(50);
    expect(commands.filter(({ command }) => !Object.hasOwn(scripts, command))).toEqual([]);
  });

  it('have the options that they are given', () => {
    const cli = globSync('cli/**/*.ts').map(read).join('\n');
    const known = new Set([...cli.matchAll(/['"`](--[a-z-]+)\b/g)].map(([, option]) => option));
    const unknown = commands.flatMap(({ page, command, rest }) =>
      [...rest.matchAll(/(?<= )--[a-z][a-z-]*/g)]
        .filter(([option]) => !known.has(option))
        .map(([option]) => `${page}: npm run ${command} ${option}`),
    );
    expect(unknown).toEqual([]);
  });
});
