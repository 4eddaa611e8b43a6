import { scrubPart, scrubSample, scrubSampleOf } from '../../shared/listing/scrub-sample.ts';
import type { Texts } from '../../shared/listing/texts.ts';
import type { Run } from './run.ts';
import type { ReconcileSettings, ScrubSettings } from './world.ts';

type Settings = Pick<ReconcileSettings, 'scrub'>;

/** Which keys have their turn in a run: in those of the night only, as reading costs. `undefined`: none. */
export function scrubChoice({ scrub }: Settings, run: Run): ScrubChoice | undefined {
  if (scrub === undefined || run.request.trigger !== 'schedule' || run.request.verifyOnly === true) return undefined;
  const sample = { share: scrub.share, at: Date.parse(run.startedAt) };
  return { has: scrubSample(sample), hasRow: scrubSampleOf(sample) };
}

export interface ScrubChoice {
  readonly has: (key: string) => boolean;
  readonly hasRow: (keys: Texts, row: number) => boolean;
}

/** Which of them are left where a destination's are `bytes`, and so many may be read. */
export function affordable({ scrub }: Settings, run: Run, bytes: number): (key: string) => boolean {
  if (scrub === undefined) return () => false;
  const part = bytes <= scrub.maxBytesPerRun ? 1 : scrub.maxBytesPerRun / bytes;
  return scrubPart({ share: scrub.share, at: Date.parse(run.startedAt) }, part);
}

/** Of an object; 0 if it is compared by its checksums. */
export function bytesToRead(size: number, scrub: ScrubSettings | undefined): number {
  return scrub !== undefined && size <= scrub.maxObjectBytes ? size : 0;
}
