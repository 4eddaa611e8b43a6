import type { KeyRange } from '../../../shared/listing/listing.ts';
import type { ObjectKey } from '../../../shared/objects/object-key.ts';
import type { Candidates, Choice } from './choose.ts';
import type { AtMoment } from './moment.ts';
import { rehearsalPaths } from './rehearsal.ts';
import type { Rehearsal } from './rehearsal.ts';
import type { RehearsalWorld } from './world.ts';

/** How far a choice is: a file in the reports bucket. */
export interface Choosing {
  readonly parts: Part[];
  readonly candidates: Candidates;
  readonly startedAt: string;
  /** As soon as all was listed. */
  choice?: Choice;
  /** What of it comes back as it was then; absent where the destination keeps no versions. */
  moment?: AtMoment;
}

export interface Part {
  readonly range: KeyRange;
  /** The last key that was considered. */
  cursor?: ObjectKey;
  done: boolean;
}

export async function readChoosing(
  { files }: Pick<RehearsalWorld, 'files'>,
  rehearsal: Pick<Rehearsal, 'token'>,
): Promise<Choosing | undefined> {
  const file = await files.read(rehearsalPaths.choice(rehearsal));
  return file === undefined ? undefined : JSON.parse(file.text);
}
