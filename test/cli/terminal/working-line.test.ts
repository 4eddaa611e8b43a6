import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { workingLine } from '../../../cli/terminal/working-line.ts';

it('keeps to one line, no wider than the terminal, and takes it away', async () => {
  const stream = Object.assign(new PassThrough(), { columns: 10 });
  const { say, end } = workingLine(stream);
  say('0123456789 and more');
  say('short');
  end();
  stream.end();
  const [TO_BEGINNING, CLEAR] = ['\u001B[1G', '\u001B[0K'];
  expect(await text(stream)).toBe(
    `${TO_BEGINNING}012345678${CLEAR}${TO_BEGINNING}short${CLEAR}${TO_BEGINNING}${CLEAR}`,
  );
});
