/** What the user can mend: shown as its message alone, which ends with the remedy. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
