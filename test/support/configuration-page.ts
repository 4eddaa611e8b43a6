/** Where a configuration is explained: a section for each interface. */
const SECTIONS = [
  ['Each replicator', 'ReplicatorConfiguration', 'An item of `replicators`.'],
  [
    'The source',
    'SourceConfiguration',
    'In `source`. See also [A source bucket that exists already](install.md#a-source-bucket-that-exists-already).',
  ],
  ['A destination', 'DestinationConfiguration', 'An item of `destinations`.'],
  [
    'How long replicas are kept',
    'RetentionConfiguration',
    'In `retention` of a destination. See [Retention](retention.md).',
  ],
  ['Object Lock', 'ObjectLock', 'In `retention.objectLock`.'],
  ['The nightly reconcile', 'ReconcileConfiguration', 'In `reconcile`. See [Reconcile](reconcile.md).'],
  ['Alarms', 'AlarmsConfiguration', 'In `alarms`. See [Operate](operate.md).'],
  ['The canary', 'CanaryConfiguration', 'In `canary`. See [The canary](operate.md#the-canary).'],
  [
    'The comparison of bytes',
    'ScrubConfiguration',
    'In `scrub`. See [The comparison of bytes](reconcile.md#the-comparison-of-bytes).',
  ],
  ['Rehearsals', 'RehearsalConfiguration', 'In `rehearsal`. See [Rehearsals](restore.md#rehearsals).'],
] as const;

const HEAD = `<!-- Made from the types and their comments; do not edit. After a change of them: npm run docs -->

# How is it configured?

\`replicator.config.ts\` exports the configuration. An editor completes its fields and shows their defaults. A configuration
that cannot work (a loop, a name that AWS refuses, a missing Region …) is refused before anything is deployed, with the
field, its value and the remedy. \`-c config=<file>\` of \`cdk\` and \`--config <file>\` of the commands name another file.

\`\`\`ts
export default {
  replicators: [
    {
      source: { bucket: 'photos', region: 'us-east-1', existing: true },
      destinations: [
        { bucket: 'photos-eu', region: 'eu-west-1' },
        { bucket: 'photos-dr', region: 'us-west-2', storageClass: 'STANDARD_IA', concurrency: 50 },
      ],
      notify: ['ops@example.com'],
    },
  ],
} satisfies Configuration;
\`\`\`

Only \`source\` and \`destinations\`, with \`bucket\` and \`region\` of each, are required.
`;

interface Interface {
  readonly base: string | undefined;
  readonly fields: readonly string[];
}

/** The page that explains every field, from the source text of the types, as prettier formats them. */
export function configurationPage(source: string): string {
  const interfaces = interfacesOf(source);
  const fieldsOf = (name: string): readonly string[] => {
    const found = interfaces.get(name);
    if (found === undefined) throw new Error(`There is no interface ${name}`);
    return [...(found.base === undefined ? [] : fieldsOf(found.base)), ...found.fields];
  };
  const sections = SECTIONS.map(
    ([heading, name, intro]) => `## ${heading}\n\n${intro}\n\n${fieldsOf(name).join('\n')}\n`,
  );
  return [HEAD, ...sections].join('\n');
}

function interfacesOf(source: string): ReadonlyMap<string, Interface> {
  const found = source.matchAll(/^export interface (\w+)(?: extends (\w+))? \{\n([\s\S]*?)^\}/gm);
  return new Map(
    [...found].map(([, name = '', base, body = '']) => [name, { base, fields: fieldsOfBody(name, body) }]),
  );
}

function fieldsOfBody(name: string, body: string): readonly string[] {
  const field = / {2}(?:\/\*\*([\s\S]*?)\*\/\n {2})?readonly (\w+)(\??): [^;]+;\n/g;
  const fields = [...body.matchAll(field)];
  const rest = body.replaceAll(field, '').trim();
  if (rest !== '') throw new Error(`Cannot read of ${name}: ${rest}`);
  return fields.map(([, comment = '', called = '', optional = '']) => {
    const [meaning = '', byDefault] = textOf(comment).split(' @default ');
    if (meaning === '' && name !== 'Configuration') throw new Error(`${name}.${called} has no comment`);
    const asked = optional === '' ? ' (required)' : '';
    return `- **\`${called}\`**${asked}: ${meaning}${byDefault === undefined ? '' : ` _Default:_ ${code(byDefault)}.`}`;
  });
}

function textOf(comment: string): string {
  return comment
    .replaceAll(/\n\s*\*/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** A value at the beginning, such as `'UTC'`, `15` or `false`, is code; what follows it is prose. */
function code(byDefault: string): string {
  return byDefault.replace(/^(?:'[^']*'|\d+(?: \/ \d+)?|false|true)(?=$|[,:;])/, (value) => `\`${value}\``);
}
