import * as v from 'valibot';

/**
 * Opens the schema of a required field, so that the field itself tells the remedy if it is missing. For a missing field
 * without a default, valibot gives the message of the object around it.
 */
export const REQUIRED = v.optional(v.unknown(), () => undefined);

export function wholeNumber({ otherwise, ...range }: Range & { readonly otherwise: number }) {
  return v.optional(wholeNumberFrom(range), otherwise);
}

export function wholeNumberFrom({ from, to }: Range) {
  const remedy = `write a whole number from ${from} to ${to}`;
  return v.pipe(v.number(remedy), v.integer(remedy), v.minValue(from, remedy), v.maxValue(to, remedy));
}

interface Range {
  readonly from: number;
  readonly to: number;
}

export function matching(pattern: RegExp, remedy: string) {
  return v.pipe(REQUIRED, v.string(remedy), v.regex(pattern, remedy));
}

export function listOf<T extends v.GenericSchema>(element: T, remedy: string) {
  const list = `write a list, in [ ]: ${remedy}`;
  const noList = ({ input }: { readonly input: unknown }) => (input === undefined ? remedy : list);
  return v.pipe(REQUIRED, v.array(element, noList), v.minLength(1, remedy));
}

export function known<T extends v.ObjectEntries>(entries: T) {
  const fields = Object.keys(entries).join(', ');
  const remedy = `write an object with ${fields}`;
  // A strictObject would tell only the first of several unknown fields, and nothing that the rules find beside it.
  const unknownField = v.pipe(
    v.unknown(),
    v.check(() => false, `${UNKNOWN_FIELD}${fields}`),
  );
  return v.pipe(
    REQUIRED,
    // To valibot an array is an object, too.
    v.check((value) => !Array.isArray(value), remedy),
    v.objectWithRest(entries, unknownField, remedy),
  );
}

/** How a problem with a field that is not known begins; those that are known follow. */
export const UNKNOWN_FIELD = 'unknown field; known here are ';
