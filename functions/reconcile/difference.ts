import type { Files } from '../../shared/runs/files.ts';
import { objectKey } from '../../shared/objects/object-key.ts';
import type { ObjectKey } from '../../shared/objects/object-key.ts';
import { textsOf } from '../../shared/listing/texts.ts';
import type { Keyed } from './merge.ts';
import type { Verdict } from './verdict.ts';

/** One key at which destinations differ, by what a sweep saw. A line of JSON. */
export interface Difference {
  readonly key: ObjectKey;
  /** Bytes, at the source. */
  readonly size: number;
  readonly at: readonly DifferenceAt[];
}

export interface DifferenceAt {
  /** The number of the destination in the plan. */
  readonly to: number;
  /** `scrub`: equal, and chosen to be compared by more than listings. Such keys are in files of their own. */
  readonly verdict: Exclude<Verdict, 'equal' | 'extra'> | 'scrub';
  /** When the replica was written that was there, if one was. */
  readonly replicaFrom?: string | undefined;
  /** Changed so lately that the event path may still be about to settle it: no drift. */
  readonly young?: true | undefined;
  /** The ledger knows that it cannot be copied: no drift either. */
  readonly cannot?: true | undefined;
}

/** Differences in columns, as the merge reads them beside listings. */
export interface DifferencePage extends Keyed {
  readonly differences: readonly Difference[];
}

/** What differs at one destination. */
export interface OneDifference extends Pick<Difference, 'key' | 'size'> {
  readonly at: DifferenceAt;
}

/** One line for each key; what differs in several destinations comes together, as the keys are visited in order. */
export function differenceLines(differences: readonly OneDifference[]): readonly string[] {
  const lines: { key: ObjectKey; size: number; at: DifferenceAt[] }[] = [];
  for (const { key, size, at } of differences) {
    const last = lines.at(-1);
    if (last?.key === key) last.at.push(at);
    else lines.push({ key, size, at: [at] });
  }
  return lines.map((line) => JSON.stringify(line));
}

/** The differences of one range, from its chunks, in order. @throws if a chunk is gone. */
export async function* differencePages(files: Files, chunks: readonly string[]): AsyncGenerator<DifferencePage> {
  for (const name of chunks) {
    const file = await files.read(name);
    if (file === undefined) throw new Error(`Cannot go on with what differed: "${name}" is gone`);
    const differences = file.text.split('\n').filter(Boolean).map(readDifference);
    yield { keys: textsOf(differences.map(({ key }) => key)), differences };
  }
}

function readDifference(line: string): Difference {
  const difference: Difference = JSON.parse(line);
  return { ...difference, key: objectKey(difference.key) };
}
