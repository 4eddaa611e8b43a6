import { expect, it } from 'vitest';
import { SMALL, templatesOf } from './synthesize.ts';

it.each([...templatesOf(SMALL)])('the template of %s', (_name, template) => {
  expect(normalized(template.toJSON())).toMatchSnapshot();
});

/** Without what changes with the contents of a bundle or with the version of the CDK. */
function normalized(template: object): unknown {
  const text = JSON.stringify(template, (key, value: unknown) => {
    if (key === 'ZipFile') return '(of the CDK)';
    if (key === 'Rules' && typeof value === 'object' && value !== null && 'CheckBootstrapVersion' in value)
      return undefined;
    return value;
  });
  return JSON.parse(text.replaceAll(/[0-9a-f]{64}/g, '(hash)'));
}
