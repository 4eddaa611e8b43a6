import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { asker } from '../../../cli/terminal/asker.ts';

function asked(signal = new AbortController().signal) {
  const [input, output] = [new PassThrough(), new PassThrough()];
  return { input, output, answer: asker(signal, { input, output })('Start? ') };
}

it('asks, and gives back the line', async () => {
  const { input, output, answer } = asked();
  input.write('yes\nand more\n');
  expect(await answer).toBe('yes');
  expect(String(output.read())).toBe('Start? ');
});

it('has no answer if the input ends, or the user goes away', async () => {
  const { input, answer } = asked();
  input.end();
  expect(await answer).toBe('');
  const leaving = new AbortController();
  const left = asked(leaving.signal);
  leaving.abort();
  expect(await left.answer).toBe('');
  expect(await asked(leaving.signal).answer).toBe('');
});
