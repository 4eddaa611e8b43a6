import { causeOf } from './cause-of.ts';
import { UsageError } from '../terminal/usage-error.ts';

/**
 * Does it, and says what was being done if AWS refuses, or does not answer.
 *
 * @param around.remedy if the cause does not tell one: what the credentials need, or what has to be there.
 * @throws {UsageError} `Cannot …: <why>; <remedy>`.
 */
export async function explained<T>(
  doing: string,
  { remedy, work }: { readonly remedy: string; readonly work: () => Promise<T> },
): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw explanation(doing, { remedy, cause });
  }
}

/** What `explained` throws. */
export function explanation(doing: string, { remedy, cause }: { readonly remedy: string; readonly cause: unknown }) {
  if (cause instanceof UsageError || (cause instanceof Error && cause.name === 'AbortError')) return cause;
  const found = causeOf(cause);
  return new UsageError(`Cannot ${doing}: ${found.why}; ${found.remedy ?? remedy}`, { cause });
}
