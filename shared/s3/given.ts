/** @throws {SyntaxError} if an answer to a listing lacks it. */
export function given<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new SyntaxError(`Cannot read the answer as a listing: ${name} is missing`);
  return value;
}
