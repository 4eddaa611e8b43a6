import type { Files } from '../../../shared/files.ts';
import type { Choosing } from './choose-keys.ts';
import type { Comparing } from './compare-all.ts';
import { judge } from './judge.ts';
import type { Shown, Verdict } from './judge.ts';
import { rehearsalPaths } from './rehearsal.ts';
import type { Rehearsal } from './rehearsal.ts';

/** What a rehearsal has come to: for programs, and what mails and `status` tell. Times are ISO 8601. */
export interface Result extends Verdict {
  readonly token: string;
  readonly destination: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly seconds: number;
  /** What the destination held, and what of it is left out of every rehearsal. */
  readonly listed: Choosing['candidates']['seen'] & { readonly leftOut: Choosing['candidates']['leftOut'] };
  /** Objects that were chosen. */
  readonly chosen: number;
  /** Objects that were restored and are equal, and their bytes. */
  readonly objects: number;
  readonly bytes: number;
  /** With what they were compared. */
  readonly comparedWith: Comparing['by'];
  /** Of these, what was asked for as it was at a moment; absent where the destination keeps no versions. */
  readonly earlier?: Comparing['earlier'] & { readonly at: string };
  /** Objects that had gone from the destination before, or could be compared with nothing any more. */
  readonly gone: number;
  /** Some of the keys that are wrong. */
  readonly examples: Comparing['examples'];
  /** The files with what was seen of each object. */
  readonly compared: readonly string[];
}

/** Pure. */
export function resultOf(
  { token, from }: Rehearsal,
  { endedAt, startedAt, ...shown }: Shown & { readonly startedAt: string; readonly endedAt: string },
): Result {
  const { choosing, report, comparing } = shown;
  const { seen, leftOut } = choosing?.candidates ?? { seen: NOTHING, leftOut: NONE };
  const { unknown = 0, removed = 0, expired = 0 } = report?.counts ?? {};
  return {
    token,
    destination: from.bucket,
    ...judge(shown),
    startedAt,
    endedAt,
    seconds: Math.max(0, (Date.parse(endedAt) - Date.parse(startedAt)) / 1000),
    listed: { ...seen, leftOut },
    chosen: choosing?.choice?.keys.length ?? 0,
    objects: comparing?.equal ?? 0,
    bytes: comparing?.bytes ?? 0,
    comparedWith: comparing?.by ?? { source: 0, record: 0, replica: 0 },
    ...(choosing?.moment && comparing && { earlier: { at: choosing.moment.at, ...comparing.earlier } }),
    gone: unknown + removed - (comparing?.earlier.removed ?? 0) + expired + (comparing?.gone ?? 0),
    examples: comparing?.examples ?? [],
    compared: comparing?.lines ?? [],
  };
}

const NOTHING = { objects: 0, bytes: 0 };
const NONE = { archived: 0, 'too large': 0, 'key too long': 0 };

/** What is known of the rehearsals of a destination from one to the next. */
export interface RehearsalMemory {
  /** When it was first seen. */
  readonly since: string;
  readonly last?: Pick<
    Result,
    'token' | 'startedAt' | 'endedAt' | 'succeeded' | 'cause' | 'chosen' | 'objects' | 'bytes' | 'seconds'
  >;
  /** When the last one that succeeded has ended. */
  readonly succeededAt?: string;
}

export async function readRehearsals(files: Files, destination: string): Promise<RehearsalMemory | undefined> {
  const file = await files.read(rehearsalPaths.memory(destination));
  return file === undefined ? undefined : JSON.parse(file.text);
}

/** Days since one has succeeded. */
export function ageOf({ since, succeededAt = since }: RehearsalMemory, now: number): number {
  return Math.max(0, now - Date.parse(succeededAt)) / DAY_MS;
}

const DAY_MS = 86_400_000;
