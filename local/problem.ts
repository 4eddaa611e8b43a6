/** What the user can mend: shown as its message alone, without a stack. The message ends with the remedy. */
export class Problem extends Error {
  override readonly name = 'Problem';
  /** What the process ends with: 2 for what was called wrongly, as by every command. */
  readonly exitCode: number;

  constructor(message: string, { exitCode = 1, ...options }: ErrorOptions & { readonly exitCode?: number } = {}) {
    super(message, options);
    this.exitCode = exitCode;
  }
}
