import { stripVTControlCharacters } from 'node:util';
import { afterEach, expect, it, vi } from 'vitest';
import type { Progress } from '../../../cli/terminal/progress.ts';
import { showAsTasks } from '../../../cli/terminal/show-progress.ts';
import { sampleReport } from '../../support/sample-report.ts';

afterEach(() => vi.restoreAllMocks());

async function* one(...all: readonly Progress[]): AsyncGenerator<Progress> {
  yield* all;
}

const over = { phase: 'over', report: sampleReport() } as const;

it.each<[string, readonly Progress[]]>([
  [
    'every phase',
    [
      { phase: 'waiting', for: 'x' },
      { phase: 'planning' },
      { phase: 'repairing', sent: 1, all: true, waits: [] },
      over,
    ],
  ],
  ['a run that is over', [over]],
])('shows %s as tasks, and gives the report', async (_, course) => {
  const written: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
  expect(await showAsTasks(one(...course))).toEqual(over);
  vi.restoreAllMocks();
  const text = stripVTControlCharacters(written.join(''));
  expect(text).toContain('List again what differed');
  expect(text.includes('Wait for the run')).toBe(course.length > 1);
});

it('gives why a run was lost', async () => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const lost = { phase: 'lost', why: 'it ended' } as const;
  expect(await showAsTasks(one({ phase: 'planning' }, lost))).toEqual(lost);
});

it('ends with the error of looking', async () => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  async function* failing(): AsyncGenerator<Progress> {
    yield { phase: 'planning' };
    throw new Error('no network');
  }
  await expect(showAsTasks(failing())).rejects.toThrow('no network');
});
