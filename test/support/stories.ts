/**
 * How many stories, or runs of a property, a test plays: a part of them by default, all of them in `npm run test:deep`, which is
 * for a change of what decides or copies. `DEEP=1` in the environment asks for all.
 */
export function ofStories(all: number): number {
  return isDeep() ? all : Math.max(FEWEST, Math.ceil(all / PART));
}

const FEWEST = 40;
const PART = 10;

function isDeep(): boolean {
  return process.env['DEEP'] !== undefined;
}

/** The seeds from 1 up to as many as are played, and before them those whose stories once ended wrong. */
export function seedsOf(all: number, onceWrong: readonly number[] = []): readonly number[] {
  return [...onceWrong, ...Array.from({ length: ofStories(all) }, (_, index) => index + 1)];
}
