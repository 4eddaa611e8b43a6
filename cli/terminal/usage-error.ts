/** What the user can mend: shown as its message alone, which ends with the remedy. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  /** What the process ends with. */
  readonly exitCode: number;

  constructor(message: string, { exitCode = 1, ...options }: ErrorOptions & { readonly exitCode?: number } = {}) {
    super(message, options);
    this.exitCode = exitCode;
  }
}
