/** Whether a text fits a pattern in which `*` stands for any characters and `?` for one. */
export function fits(text: string, pattern: string): boolean {
  const expression = expressions.get(pattern) ?? expressionOf(pattern);
  expressions.set(pattern, expression);
  return expression.test(text);
}

/** An ARN fits part by part: a wildcard does not reach beyond a colon, but in the last part. */
export function fitsArn(arn: string, pattern: string): boolean {
  const [parts, patterns] = [partsOf(arn), partsOf(pattern)];
  return patterns.length === parts.length && patterns.every((part, at) => fits(parts[at] ?? '', part));
}

function partsOf(arn: string): readonly string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}

function expressionOf(pattern: string): RegExp {
  // `${*}`, `${?}` and `${$}` stand for the characters themselves.
  const source = pattern.replaceAll(/\$\{([*?$])\}|[\\^$.*+?()[\]{}|]/g, (found, literal?: string) => {
    if (literal !== undefined) return `\\${literal}`;
    if (found === '*') return '.*';
    return found === '?' ? '.' : `\\${found}`;
  });
  return new RegExp(`^${source}$`, 's');
}

const expressions = new Map<string, RegExp>();
