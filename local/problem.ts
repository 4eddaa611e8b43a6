/** What the user can mend: shown as its message alone, without a stack. The message ends with the remedy. */
export class Problem extends Error {
  override readonly name = 'Problem';
}
