import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EXISTING, LARGE, LONG, SMALL, templatesOf } from './synthesize.ts';

/** A dependency that is said twice does no harm, and says why something waits. */
const IGNORED = ['W3005'];

const lint = join(import.meta.dirname, '../../.local/lint/bin/cfn-lint');

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'templates-'))));
afterAll(async () => rm(folder, { recursive: true, force: true }));

/** What cfn-lint finds, each `<file>: <rule> <message>`; asked once for all, as it begins slowly. */
async function found(templates: readonly { readonly name: string; readonly template: object }[]): Promise<string[]> {
  const files = templates.map(({ name }) => join(folder, `${name}.json`));
  await Promise.all(templates.map(({ template }, at) => writeFile(files[at] ?? '', JSON.stringify(template))));
  const args = ['--format', 'json', '--ignore-checks', ...IGNORED, '--', ...files];
  const { stdout, stderr } = await new Promise<{ stdout: string; stderr: string }>((resolve) => {
    execFile(lint, args, { maxBuffer: 64 * 1024 ** 2 }, (_, stdout, stderr) => resolve({ stdout, stderr }));
  });
  const matches: readonly { Filename: string; Rule: { Id: string }; Message: string }[] = parsed(stdout, stderr);
  return matches.map(({ Filename, Rule, Message }) => `${Filename.slice(folder.length + 1)}: ${Rule.Id} ${Message}`);
}

function parsed(stdout: string, stderr: string) {
  try {
    return JSON.parse(stdout);
  } catch (cause) {
    throw new Error(`cfn-lint answers with no JSON: ${stdout}${stderr}`, { cause });
  }
}

it('CloudFormation takes every template, as far as its own schemas tell', async () => {
  const templates = Object.entries({ SMALL, LARGE, EXISTING, LONG }).flatMap(([name, configuration]) =>
    [...templatesOf(configuration)].map(([stack, template]) => ({
      name: `${name}-${stack}`,
      template: template.toJSON(),
    })),
  );
  expect(templates.length).toBeGreaterThan(15);
  expect(await found(templates)).toEqual([]);
});

it('would find a property that there is not, and a value that is not allowed', async () => {
  const Resources = {
    Queue: { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: 43_201, Colour: 'red' } },
  };
  expect((await found([{ name: 'wrong', template: { Resources } }])).toSorted()).toEqual([
    expect.stringMatching(/^wrong\.json: E3002 .*Colour/),
    expect.stringMatching(/^wrong\.json: E3034 43201/),
  ]);
});
