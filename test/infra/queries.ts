import type { Resource } from './synthesize.ts';

/** The resources of a type. */
export function ofType(resources: readonly Resource[], type: string): Resource[] {
  return resources.filter((resource) => resource.type === type);
}

/** The properties of the one resource of a type. */
export function only(resources: readonly Resource[], type: string): Resource['properties'] {
  const [one, ...more] = ofType(resources, type);
  if (one === undefined || more.length > 0) throw new Error(`Expected one ${type}, found ${one ? more.length + 1 : 0}`);
  return one.properties;
}

/** The properties of the function of that name. */
export function functionOf(resources: readonly Resource[], name: string): Resource['properties'] {
  const found = ofType(resources, 'AWS::Lambda::Function').find(({ properties }) => properties.FunctionName === name);
  if (found === undefined) throw new Error(`No function "${name}"`);
  return found.properties;
}

/** What the roles whose logical id begins so may do. */
export function grantsOf(resources: readonly Resource[], role: string) {
  return grants(ofType(resources, 'AWS::IAM::Role').filter(({ id }) => id.startsWith(role)));
}

/** The states of a state machine, by name. */
export function statesOf({ DefinitionString }: Resource['properties']): Record<string, Resource['properties']> {
  const [, parts]: [string, unknown[]] = DefinitionString['Fn::Join'];
  return JSON.parse(parts.map((part) => (typeof part === 'string' ? part : 'reference')).join('')).States;
}

export function allows({ Effect }: { Effect: string }): boolean {
  return Effect === 'Allow';
}

/** All that the roles among some resources may do, a row for each resource of a statement. */
function grants(resources: readonly Resource[]) {
  const inline = ofType(resources, 'AWS::IAM::Role').flatMap(({ properties }) => properties.Policies ?? []);
  const attached = ofType(resources, 'AWS::IAM::Policy').map(({ properties }) => properties);
  const policies: Policy[] = inline.concat(attached);
  return policies
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .filter(allows)
    .flatMap(({ Action, Resource, Condition }) =>
      [Resource].flat().map((resource) => ({ actions: [Action].flat(), resource, condition: Condition })),
    );
}

interface Policy {
  readonly PolicyDocument: {
    readonly Statement: readonly {
      readonly Effect: string;
      readonly Action: string | string[];
      readonly Resource: unknown;
      readonly Condition?: unknown;
    }[];
  };
}
