import { globSync, readFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { configurationPage } from './support/configuration-page.ts';

const PAGE = 'docs/configuration.md';
const TYPES = globSync('infra/**/*.ts')
  .map((file) => readFileSync(file, 'utf8'))
  .find((text) => text.includes('export interface Configuration {'));

it('docs/configuration.md says what the types and their comments say', async () => {
  const page = await format(configurationPage(String(TYPES)), { ...(await resolveConfig(PAGE)), filepath: PAGE });
  await expect(page).toMatchFileSnapshot(`../${PAGE}`);
});

describe('the page of a configuration', () => {
  const REST = [
    'ReplicatorConfiguration',
    'DestinationConfiguration',
    'RetentionConfiguration',
    'ObjectLock',
    'ReconcileConfiguration',
    'AlarmsConfiguration',
    'CanaryConfiguration',
    'ScrubConfiguration',
    'RehearsalConfiguration',
  ]
    .map((name) => `export interface ${name} {\n}\n`)
    .join('');

  it('has required fields, defaults, and those of the interface that another one extends', () => {
    const page = configurationPage(`${REST}export interface Bucket {
  /** Its name. */
  readonly bucket: string;
}
export interface SourceConfiguration extends Bucket {
  /**
   * How many minutes,
   * at most.
   *
   * @default 15, or more
   */
  readonly minutes?: number | false;
}
`);
    expect(page).toContain(
      '- **`bucket`** (required): Its name.\n- **`minutes`**: How many minutes, at most. _Default:_ `15`, or more.\n',
    );
  });

  it.each([
    ['a field without a comment', '  readonly bucket: string;\n', 'SourceConfiguration.bucket has no comment'],
    ['what it cannot read', '  bucket: string;\n', 'Cannot read of SourceConfiguration: bucket: string;'],
  ])('does not leave out %s', (_, body, message) => {
    expect(() => configurationPage(`${REST}export interface SourceConfiguration {\n${body}}\n`)).toThrow(message);
  });

  it('does not leave out an interface', () => {
    expect(() => configurationPage(REST)).toThrow('There is no interface SourceConfiguration');
  });
});
