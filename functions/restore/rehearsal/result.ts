import type { Choosing } from './choosing.ts';
import type { Comparing } from './comparing.ts';
import { judge } from './judge.ts';
import type { Shown, Verdict } from './judge.ts';
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
