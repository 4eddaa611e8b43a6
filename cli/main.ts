#!/usr/bin/env node
import { CommanderError } from 'commander';
import { causeOf } from './aws/cause-of.ts';
import { programOf } from './program.ts';
import { UsageError } from './terminal/usage-error.ts';
import { watchOutput } from './terminal/watch-output.ts';

/** What the operator's commands of `npm run` run: the program, and what their errors end with. */
const leaving = new AbortController();
// The command ends as it would have, and a run that it follows goes on.
watchOutput(() => leaving.abort());

try {
  await programOf(leaving).parseAsync();
} catch (error) {
  // Whoever left wants to hear no more.
  if (leaving.signal.aborted && error instanceof Error && error.name === 'AbortError') process.exitCode = 130;
  else if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else if (error instanceof UsageError) {
    console.error(error.message);
    process.exitCode = error.exitCode;
  } else if (isOfAws(error)) {
    const {
      why,
      remedy = 'docs/security.md says under "What an operator needs" what the credentials must be allowed',
    } = causeOf(error);
    console.error(`Cannot go on: ${why}; ${remedy}`);
    process.exitCode = 1;
  } else throw error;
}

/** From AWS, or the way there: then a stack trace tells nobody anything. */
function isOfAws(error: unknown): boolean {
  return causeOf(error).kind !== 'other' || (error instanceof Error && '$metadata' in error);
}
