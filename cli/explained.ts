import { UsageError } from './usage-error.ts';

/**
 * Does it, and says what was being done if AWS refuses.
 *
 * @throws {UsageError} `Cannot …: <why>; <remedy>`.
 */
export async function explained<T>(
  doing: string,
  { remedy, work }: { readonly remedy: string; readonly work: () => Promise<T> },
): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof UsageError || (cause instanceof Error && cause.name === 'AbortError')) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`Cannot ${doing}: ${why}; ${remedy}`, { cause });
  }
}
