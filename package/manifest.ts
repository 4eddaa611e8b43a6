/** What of the repository's package.json the package goes by. */
interface Repository {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/**
 * The package.json of what users install. The repository's own stays apart: everything there is for development, Node itself among it.
 *
 * @param texts of all compiled files and their declarations: what they import is what the package needs.
 */
export function manifestOf(
  { name, version, description, license, devDependencies }: Repository,
  texts: readonly string[],
): object {
  const imported = importedBy(texts);
  const needed = Object.entries(devDependencies).filter(([dependency]) => imported.has(dependency));
  return {
    name,
    version,
    description,
    license,
    // Until somebody publishes it.
    private: true,
    keywords: ['aws-cdk', 's3', 'replication', 'backup'],
    type: 'module',
    engines: { node: '>=22.18' },
    exports: {
      '.': { types: './infra/index.d.ts', default: './infra/index.js' },
      './package.json': './package.json',
    },
    types: './infra/index.d.ts',
    bin: { [name]: 'cli/main.js' },
    sideEffects: false,
    dependencies: Object.fromEntries(needed.filter(([dependency]) => !isPeer(dependency))),
    // Constructs of two copies of the CDK do not fit together: it is the user's.
    peerDependencies: Object.fromEntries(needed.filter(([dependency]) => isPeer(dependency))),
  };
}

function isPeer(dependency: string): boolean {
  return dependency === 'aws-cdk-lib' || dependency === 'constructs';
}

function importedBy(texts: readonly string[]): ReadonlySet<string> {
  const specifiers = texts.flatMap((text) =>
    [...text.matchAll(/\b(?:from|import) ?\(?'([^.'][^']*)'/g)].map(([, specifier = '']) => specifier),
  );
  return new Set(specifiers.map((specifier) => /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier));
}
