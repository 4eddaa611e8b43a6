/** How functions are bundled, in esbuild's words. Paths are from the root of the project. */
export const BUNDLING = {
  format: 'esm',
  // All of it is in Node 24, and shorter than what esbuild writes for that.
  target: 'es2024',
  mainFields: ['module', 'main'],
  minify: true,
  // What esbuild takes for licences are hints to a tool of tests.
  legalComments: 'none',
  // Each client of the SDK brings its whole package.json, 2 kB, for the version that it names in the header User-Agent.
  loader: { '.json': 'empty' },
  alias: { '@smithy/core/event-streams': './shared/s3/no-event-streams.ts' },
  // Where the SDK looks for credentials if the environment has none, which in Lambda it has. They are loaded only when they are
  // looked into, and would be a fifth of the bundle.
  external: [
    '@aws-sdk/credential-provider-http',
    '@aws-sdk/credential-provider-ini',
    '@aws-sdk/credential-provider-process',
    '@aws-sdk/credential-provider-sso',
    '@aws-sdk/credential-provider-web-identity',
    '@smithy/credential-provider-imds',
  ],
} as const;
