import { paths } from './run.ts';
import type { Run } from './run.ts';
import type { World } from './world.ts';
import type { Swept } from './run-plan.ts';

/** Which keys are sent to which inboxes, and how far that has come. A file in the reports bucket. */
export interface Nomination {
  readonly startedAt: string;
  /** Why nothing is sent to a destination, by its bucket. */
  readonly withheld: Record<string, string>;
  /** By the number of the destination: keys sent. Counted anew where a part was sent twice. */
  readonly sent: number[];
  /** By the number of the destination: what is equal, and is compared by more than listings. Absent: nothing is. */
  readonly scrub?: readonly ScrubNomination[];
  /** The next one to be read. */
  share: number;
  range: number;
  chunk: number;
  /** Shares to be listed again, as soon as it is known. */
  toVerify?: number;
}

/** Why nothing is sent to a destination; `undefined` if all is. */
export function whyWithheld({ withheld }: Pick<Nomination, 'withheld'>, bucket: string): string | undefined {
  return Object.hasOwn(withheld, bucket) ? withheld[bucket] : undefined;
}

export async function readNomination({ files }: Pick<World, 'files'>, run: Run): Promise<Nomination | undefined> {
  const file = await files.read(paths.nomination(run));
  return file === undefined ? undefined : JSON.parse(file.text);
}

/** What the reason begins with where there is more to repair than a run may. */
export const TOO_MUCH = 'more than the';

/** What the reason begins with where an inbox took nothing. */
export const UNSENT = 'its inbox does not take messages';

/** What is sent to one inbox to be compared by more than listings. */
export interface ScrubNomination {
  /** Bytes of all that have their turn and would be read. */
  readonly wanted: number;
  /** Objects, and bytes of those that are read. */
  sent: number;
  bytes: number;
  /** Objects that were left out, as they would be too many bytes. */
  left: number;
}

export interface Verified extends Swept {
  readonly nomination: Nomination;
}
