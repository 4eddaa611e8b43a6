/** The default of a `switch` over a closed union: a new member that is not handled fails to compile. */
export function assertNever(value: never): never {
  throw new TypeError(`Unexpected value: ${JSON.stringify(value)}`);
}
