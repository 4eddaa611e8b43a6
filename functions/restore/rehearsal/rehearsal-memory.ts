import type { Files } from '../../../shared/runs/files.ts';
import { rehearsalPaths } from './rehearsal.ts';
import type { Result } from './result.ts';

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
