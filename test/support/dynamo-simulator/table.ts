import type { AttributeValue } from '@aws-sdk/client-dynamodb';

export type Item = Readonly<Record<string, AttributeValue>>;

/** One update of one item, as it comes over the wire. */
export interface Update {
  readonly UpdateExpression: string;
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, AttributeValue>>;
}

/** What DynamoDB says to an expression that it does not take. */
export class ValidationError extends Error {
  override readonly name = 'ValidationException';
}

/**
 * The item after an update; `undefined`: the condition does not hold. As much of DynamoDB's language as is used here; what is
 * not known is refused, and so is what DynamoDB refuses: names and values that are not used, and an attribute that is changed twice.
 *
 * @throws {ValidationError}
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
 */
export function updated(item: Item, update: Update): Item | undefined {
  const { UpdateExpression, ConditionExpression = '' } = update;
  const terms = termsOf(update);
  const changed = new Map<string, AttributeValue | undefined>();
  const change = (name: string, value: AttributeValue | undefined): void => {
    const attribute = terms.name(name);
    if (changed.has(attribute)) throw new ValidationError(`Two document paths overlap with each other: ${attribute}`);
    changed.set(attribute, value);
  };
  for (const [, clause, list = ''] of UpdateExpression.matchAll(CLAUSE)) {
    for (const action of list.split(/, (?![^(]*\))/)) {
      if (clause === 'SET') {
        const [target = '', source = ''] = action.split(' = ');
        change(target, operand(source, { item, terms }));
      } else if (clause === 'REMOVE') change(action, undefined);
      else {
        const [target = '', value = ''] = action.split(' ');
        const before = Number(item[terms.name(target)]?.N ?? 0);
        change(target, { N: String(before + Number(terms.value(value).N)) });
      }
    }
  }
  const holds =
    ConditionExpression === '' || ConditionExpression.split(' OR ').some((term) => isTrue(term, item, terms));
  terms.assertAllUsed();
  if (!holds) return undefined;
  const after = new Map<string, AttributeValue | undefined>([...Object.entries(item), ...changed]);
  return Object.fromEntries([...after].flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

const CLAUSE = /\b(SET|REMOVE|ADD) (.*?)(?= (?:SET|REMOVE|ADD) |$)/g;

function isTrue(condition: string, item: Item, terms: Terms): boolean {
  const [, absent] = /^attribute_not_exists\((\S+)\)$/.exec(condition) ?? [];
  if (absent !== undefined) return item[terms.name(absent)] === undefined;
  const [, left, right] = /^(\S+) < (\S+)$/.exec(condition) ?? [];
  if (left === undefined || right === undefined) throw new ValidationError(`Not known here: ${condition}`);
  const [is, than] = [item[terms.name(left)]?.S, terms.value(right).S];
  return is !== undefined && than !== undefined && Buffer.compare(Buffer.from(is), Buffer.from(than)) < 0;
}

function operand(source: string, { item, terms }: { readonly item: Item; readonly terms: Terms }): AttributeValue {
  const [, name, value] = /^if_not_exists\((\S+), (\S+)\)$/.exec(source) ?? [];
  if (name === undefined || value === undefined) return terms.value(source);
  const otherwise = terms.value(value);
  return item[terms.name(name)] ?? otherwise;
}

interface Terms {
  name(written: string): string;
  value(written: string): AttributeValue;
  assertAllUsed(): void;
}

function termsOf({ ExpressionAttributeNames = {}, ExpressionAttributeValues = {} }: Update): Terms {
  const used = new Set<string>();
  return {
    name(written) {
      used.add(written);
      const name = written.startsWith('#') ? ExpressionAttributeNames[written] : written;
      if (name === undefined || (name === written && RESERVED.has(name.toUpperCase())))
        throw new ValidationError(`Invalid expression: ${written}`);
      return name;
    },
    value(written) {
      used.add(written);
      const value = ExpressionAttributeValues[written];
      if (value === undefined) throw new ValidationError(`Invalid expression: ${written} is not defined`);
      return value;
    },
    assertAllUsed() {
      const given = [...Object.keys(ExpressionAttributeNames), ...Object.keys(ExpressionAttributeValues)];
      const unused = given.filter((term) => !used.has(term));
      if (unused.length > 0) throw new ValidationError(`Value unused in expressions: ${unused.join(', ')}`);
    },
  };
}

/** Some of the words that an expression may not use for an attribute. */
const RESERVED = new Set(['KEY', 'SIZE', 'ORDER', 'TIME', 'STATUS', 'SOURCE']);
