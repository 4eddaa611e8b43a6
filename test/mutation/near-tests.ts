import { basename } from 'node:path';

/** Beside the tests that are called like the file itself: those that try it through what stands on it. Names without folders, so that they outlive moves. */
const ALSO: Readonly<Record<string, readonly string[]>> = {
  converge: ['costs', 'crossings', 'handler', 'ledger', 'long-tags', 'retention', 'scrub'],
  'copy-in-parts': ['hand-over', 'long-tags', 'multipart'],
  'copy-object': ['multipart', 'handler'],
  'every-part': ['multipart', 'resume'],
  finish: ['last-report', 'remembered', 'run-metrics'],
  'long-copy': ['hand-over', 'resume'],
  nominate: ['adds-up', 'faults', 'run', 'scrub'],
  'plan-copy': ['hand-over', 'multipart', 'resume'],
  'restore-key': ['interruptions', 'restore'],
  resume: ['finish', 'hand-over', 'long-tags'],
  resumed: ['finish', 'resume'],
  scrub: ['scrub-verdict'],
  settle: ['inbox', 'out-of-time', 'run'],
  sweep: ['adds-up', 'archived', 'faults', 'retention', 'run', 'scrub'],
  tags: ['finish', 'long-tags'],
  timeline: ['history'],
  verify: ['adds-up', 'faults', 'finding', 'retention', 'run'],
  'verify-scrubs': ['scrub'],
  'work-on-share': ['faults'],
};

/** The unit tests that the mutants of a file are tried on, as globs. Those among them that do not import the file are left out by Stryker. */
export function nearTests(file: string): string[] {
  const name = basename(file).replace(/\.ts(:.*)?$/, '');
  return [name, ...(ALSO[name] ?? [])].map((test) => `test/{functions,shared}/**/${test}.test.ts`);
}
