import { expect, it } from 'vitest';
import { readConfiguration } from '../../local/configuration.ts';
import { guide } from '../../local/guide.ts';
import { projectFolder } from '../../local/project-folder.ts';

const { replicators, account } = await readConfiguration('replicator.config.ts');
const emulator = { endpoint: 'http://127.0.0.1:4566', account };

it('the guide names commands for the configuration that is used, as a shell reads them', () => {
  const text = guide({ emulator, replicators, config: `${projectFolder}/my 'own'.config.ts` });
  expect(text).toContain(String.raw`npm run status -- --config 'my '\''own'\''.config.ts'`);
  expect(text).toContain(String.raw`--dry-run --config 'my '\''own'\''.config.ts'`);
  expect(text).toContain(String.raw`ap-south-1 --context config='my '\''own'\''.config.ts'`);
});

it('the guide says nothing of the configuration that is the default', () => {
  const text = guide({ emulator, replicators, config: `${projectFolder}/replicator.config.ts` });
  expect(text).toMatch(/npm run status\n/);
  expect(text).toMatch(/--new-bucket restored-photos --dry-run\n/);
});

it('the guide says how to mend by hand what the emulator does not', () => {
  const text = guide({ emulator, replicators, config: `${projectFolder}/replicator.config.ts` });
  expect(text).toMatch(/--revert-drift", here start anew; or destroy that stack, .*and deploy it again\./s);
});
