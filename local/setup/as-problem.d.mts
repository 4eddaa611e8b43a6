/** An error of the operating system as what the user can mend; `undefined` if it is none that a user causes. */
export function asProblem(error: unknown): Error | undefined;
