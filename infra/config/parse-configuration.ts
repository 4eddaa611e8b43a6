import * as v from 'valibot';
import { ruleProblems } from './config-rules.ts';
import { configurationSchema } from './config-schema.ts';
import { UNKNOWN_FIELD } from './schema-parts.ts';
import { ConfigurationError } from './configuration-error.ts';
import { didYouMean } from './did-you-mean.ts';
import { withDefaults } from './with-defaults.ts';
import type { Replicator } from './replicator.ts';

/**
 * Checks a configuration and fills in its defaults.
 *
 * @throws {ConfigurationError} one for all problems, a line for each: the field, its value and the remedy.
 */
export function parseConfiguration(
  raw: unknown,
  defaults: { readonly account: string | undefined },
): readonly Replicator[] {
  const parsed = v.safeParse(configurationSchema(defaults.account), raw);
  const shapeProblems = (parsed.issues ?? []).map(({ path = [], message }) => ({
    path: path.map(({ key }) => (typeof key === 'number' ? key : String(key))),
    message: withFieldMeant(message, String(path.at(-1)?.key)),
  }));
  const replicators = parsed.typed ? parsed.output.replicators.map(withDefaults) : [];
  const problems = [...shapeProblems, ...ruleProblems(replicators)];
  if (!parsed.typed || problems.length > 0) throw ConfigurationError.invalid(raw, problems);
  return replicators;
}

function withFieldMeant(message: string, field: string): string {
  if (!message.startsWith(UNKNOWN_FIELD)) return message;
  const meant = didYouMean(field, message.slice(UNKNOWN_FIELD.length).split(', '));
  return `unknown field${meant}${message.slice('unknown field'.length)}`;
}
