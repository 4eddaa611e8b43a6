import type { Clients } from './clients.ts';
import type { Properties, Resource } from './stack-facts.ts';

/** How one kind of resource is looked at. */
export interface Probe {
  /**
   * What AWS says of it, in the words of a template; `undefined`: there is none.
   *
   * @throws if it cannot be read.
   */
  readonly look: (resource: Resource, clients: Clients) => Promise<Properties | undefined>;
  /** What must be as the template says, each with what AWS takes where it says nothing. Some are no properties, but states. */
  readonly watched: Properties;
  /** Properties that may be otherwise, and why. */
  readonly unwatched: Readonly<Record<string, string>>;
  /** What the credentials in use need. */
  readonly actions: string;
}

export const NAMED = 'by it the resource is found';
export const WORDS = 'nothing depends on it';

/** `undefined` for the errors that say that there is none. */
export async function unlessGone<T>(names: readonly string[], look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof Error && names.includes(error.name)) return undefined;
    throw error;
  }
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function firstText(value: unknown): string {
  return text(Array.isArray(value) ? value[0] : value);
}

export function parsed(json: string | undefined): unknown {
  return json === undefined || json === '' ? undefined : JSON.parse(json);
}
