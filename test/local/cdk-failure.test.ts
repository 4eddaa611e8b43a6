import { expect, it } from 'vitest';
import { cdkFailure } from '../../local/cdk-failure.ts';

it('shows the lines that tell of a failure, each once and without colours', () => {
  const output = `
✨  Synthesis time: 2.1s
fanout-source-photos: deploying... [1/1]
\u001B[31m10:00:00 | CREATE_FAILED | AWS::S3::Bucket | Bucket already exists\u001B[39m
 ❌  fanout-source-photos failed: ToolkitError: The stack named fanout-source-photos failed creation
 ❌  fanout-source-photos failed: ToolkitError: The stack named fanout-source-photos failed creation
    at Object.deploy (/x/cli.js:1:2)
81 feature flags are not configured. Run 'cdk flags --unstable=flags' to learn more.`;
  expect(cdkFailure(output)).toBe(
    '  10:00:00 | CREATE_FAILED | AWS::S3::Bucket | Bucket already exists\n' +
      '  ❌  fanout-source-photos failed: ToolkitError: The stack named fanout-source-photos failed creation',
  );
});

it('shows the end, where nothing tells of a failure', () => {
  const output = Array.from({ length: 30 }, (_, n) => `step ${n}`).join('\n');
  expect(cdkFailure(output).split('\n')).toEqual(Array.from({ length: 12 }, (_, n) => `  step ${n + 18}`));
});

it.each([
  ['ENOSPC: no space left on device, write', /ENOSPC: there is no room left/],
  ["EROFS: read-only file system, mkdir 'cdk.out'", /EROFS: .*not read-only/],
  ["EACCES: permission denied, open 'cdk.out/manifest.json'", /EACCES: this user must be able to write/],
])('names the remedy where this machine refuses to write: %s', (line, remedy) => {
  const shown = cdkFailure(`synth\n${line}\n${'later\n'.repeat(20)}`);
  expect(shown).toContain(line);
  expect(shown).toMatch(remedy);
});
