import { globSync, readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { programOf } from '../cli/program.ts';
import { requestOf } from '../cli/restore/restore-request.ts';
import type { RestoreOptions } from '../cli/restore/restore-request.ts';
import { loadConfiguration } from '../infra/config/load-configuration.ts';
import { guide } from '../local/guide.ts';
import { projectFolder } from '../local/project-folder.ts';
import project from '../package.json' with { type: 'json' };

const all = await loadConfiguration('replicator.config.ts', { account: '123456789012' });
const [replicator] = all;
if (replicator === undefined) throw new TypeError('There is no replicator');
const GUIDE = guide({
  emulator: { endpoint: 'http://127.0.0.1:4566', account: '123456789012' },
  replicators: [replicator],
  config: `${projectFolder}/my own.config.ts`,
});

/** What stands for something else in a page. */
const PLACEHOLDERS: Readonly<Record<string, string>> = {
  '<destination>': 'photos-eu',
  '<new>': 'photos-dr',
  '<source>': 'photos',
};

/** The commands of `npm run`, be they in a line of their own, in a sentence, or in a table, without what a shell does with their output. */
function commandsIn(text: string): readonly string[] {
  const quoted = [...text.matchAll(/`(npm run [^`]*)`/g)].map(([, command = '']) => command);
  const indented = [...text.matchAll(/^ {2,}(npm run .*)$/gm)].map(([, command = '']) => command);
  return [...quoted, ...indented].map((command) => command.replace(/\s+(\\?\||# ).*$/s, '').trim());
}

/** As a shell reads it. */
function wordsOf(command: string): readonly string[] {
  const found = command.match(/(?:<[^>]*>|'[^']*'|"[^"]*"|[^\s'"])+/g) ?? [];
  return found.map((word) => word.replaceAll(/'([^']*)'|"([^"]*)"/g, '$1$2')).map((word) => PLACEHOLDERS[word] ?? word);
}

interface Understood {
  readonly command: Command;
  readonly args: readonly string[];
}

/** What the program would do. @throws what it says of wrong usage. */
function understood(words: readonly string[]): Understood {
  const said: string[] = [];
  const program = programOf(new AbortController());
  const done: Understood[] = [];
  for (const command of program.commands)
    command
      .exitOverride()
      .configureOutput({ writeErr: (text) => void said.push(text) })
      .action(() => void done.push({ command, args: command.args }));
  program.configureOutput({ writeErr: (text) => void said.push(text) });
  try {
    program.parse(words, { from: 'user' });
  } catch (cause) {
    throw new Error(said.join(''), { cause });
  }
  const [found] = done;
  if (found === undefined) throw new TypeError(`Nothing would be done: ${words.join(' ')}`);
  return found;
}

const OURS = new Set(programOf(new AbortController()).commands.map((command) => command.name()));
const PAGES = globSync(['*.md', 'docs/**/*.md', 'bench/*.md'])
  .filter((name) => name !== 'CHANGELOG.md')
  .map((name) => readFileSync(name, 'utf8'));
const PRINTED = [...new Set([...PAGES, GUIDE].flatMap(commandsIn))]
  .map((command) => {
    const [, , ...words] = wordsOf(command);
    const [name = '', dashes, ...options] = words.filter((word) => word !== '--silent');
    return { command, name, dashes, options: options.filter((word) => word !== '…') };
  })
  .filter(({ name }) => name !== '');

it('finds the commands of pages', () => {
  expect(
    commandsIn('Say `npm run status -- --failed` or\n\n    npm run pause -- <destination>   # for each\n'),
  ).toEqual(['npm run status -- --failed', 'npm run pause -- <destination>']);
  expect(wordsOf(`npm run status -- --key 'the/key as it is' --destination <destination>`)).toEqual([
    'npm',
    'run',
    'status',
    '--',
    '--key',
    'the/key as it is',
    '--destination',
    'photos-eu',
  ]);
  expect(new Set(PRINTED.map(({ name }) => name).filter((name) => OURS.has(name)))).toEqual(OURS);
});

describe('a command that a page, or the end of npm start, tells is one that works', () => {
  it.each(PRINTED)('$command', ({ name, dashes, options }) => {
    expect(Object.keys(project.scripts)).toContain(name);
    // A sentence names many commands without what each needs.
    if (!OURS.has(name) || dashes === undefined) return;
    expect(dashes).toBe('--');
    const { command, args } = understood([name, ...options]);
    const known = all.flatMap(({ destinations }) => destinations.map(({ bucket }) => bucket));
    const { from, destination = from } = command.opts<{ readonly from?: string; readonly destination?: string }>();
    for (const bucket of [...args, destination ?? []].flat()) expect(known).toContain(bucket);
    const asked = command.opts<RestoreOptions & { readonly rehearse?: boolean }>();
    if (name !== 'restore' || asked.rehearse === true || asked.from === undefined) return;
    expect(() =>
      requestOf(asked, { replicator, all, token: 'a-token', keyFiles: [], now: Date.parse('2099-01-01T00:00:00Z') }),
    ).not.toThrow();
  });
});
