import type { Problem } from './problem.ts';

/** A configuration that cannot be used. The message says all there is to mend, without a stack trace. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';

  /**
   * One line for every field that is wrong: its path, its value and the remedy. Of several problems with one field the first
   * is told, as the others often follow from it.
   */
  static invalid(raw: unknown, problems: readonly Problem[]): ConfigurationError {
    const lines = new Map<string, string>();
    for (const { path, message } of problems) {
      const field = show(path);
      if (!lines.has(field)) lines.set(field, `  ${field} ${state(valueAt(raw, path))}: ${message}`);
    }
    return new ConfigurationError(['Cannot use the configuration:', ...lines.values()].join('\n'));
  }

  static missing(): ConfigurationError {
    return new ConfigurationError(
      'There is no such file; create it, or name another one (cdk: -c config=<path>; npm scripts: --config <path>)',
    );
  }

  /** The file could not be read. */
  static unread(why: string, cause: unknown): ConfigurationError {
    return new ConfigurationError(`Cannot read the configuration: ${why}; name the file of one`, { cause });
  }

  /** The file could not be run. */
  static unreadable(cause: unknown): ConfigurationError {
    const reason = cause instanceof Error ? (cause.stack ?? cause.message).replace(/\n +at [^]*/, '') : String(cause);
    return new ConfigurationError(`Cannot load the configuration; mend what Node says of it:\n${reason}`, { cause });
  }
}

/** `replicators[0].source.bucket` */
function show(path: Problem['path']): string {
  const steps = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`));
  return steps.join('').replace(/^\./, '') || 'the default export';
}

function valueAt(raw: unknown, path: Problem['path']): unknown {
  return path.reduce<unknown>((value, step) => (isRecord(value) ? value[step] : undefined), raw);
}

function isRecord(value: unknown): value is Readonly<Record<PropertyKey, unknown>> {
  return typeof value === 'object' && value !== null;
}

function state(value: unknown): string {
  if (value === undefined) return 'is missing';
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? typeof value);
  return `is ${text.length > 100 ? `${text.slice(0, 100)}…` : text}`;
}
