import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const module = fileURLToPath(new URL('../../local/until-ended.ts', import.meta.url));

it('a session whose output nobody reads any more ends, and quietly', async () => {
  const program = `
    import { untilEnded } from ${JSON.stringify(module)};
    const speaks = setInterval(() => console.log('here'), 10);
    console.error(await untilEnded());
    clearInterval(speaks);`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', program], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  await once(child.stdout, 'data');
  child.stdout.destroy();
  const [code] = await once(child, 'close');
  expect(said).toBe('SIGPIPE\n');
  expect(code).toBe(0);
});
