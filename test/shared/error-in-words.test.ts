import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorInWords } from '../../shared/error-in-words.ts';

const message = 'Cannot list "photos": S3 says "SlowDown"';
const trace = ['Error: x', '    at file:///var/task/index.mjs:1:2'];
const cause = JSON.stringify({ errorType: 'Error', errorMessage: message, trace });

describe('errorInWords', () => {
  it.each([
    [`Error: ${cause}`, message],
    [`Runtime.HandlerError: ${cause}`, message],
    [cause, message],
    [
      `Error: ${JSON.stringify({ errorType: 'TypeError', errorMessage: 'x is not a function', trace })}`,
      'TypeError: x is not a function',
    ],
    [`Error: ${JSON.stringify({ errorMessage: message, errorType: 'Error', trace })}`, message],
    [
      `Sandbox.Timedout: ${JSON.stringify({ errorType: 'Sandbox.Timedout', errorMessage: 'RequestId: 1b2c3d Error: Task timed out after 900.00 seconds' })}`,
      'Task timed out after 900.00 seconds',
    ],
    [
      `States.TaskFailed: ${JSON.stringify({ errorMessage: '2026-11-21T01:00:00.000Z 8d-11 Task timed out after 900.00 seconds' })}`,
      'Task timed out after 900.00 seconds',
    ],
    [
      `Runtime.ExitError: ${JSON.stringify({ errorType: 'Runtime.ExitError', errorMessage: 'RequestId: 1b Error: Runtime exited with error: signal: killed' })}`,
      'Runtime.ExitError: Runtime exited with error: signal: killed',
    ],
    ['States.Timeout: ', 'States.Timeout:'],
    ['Lambda.TooManyRequestsException: Rate exceeded', 'Lambda.TooManyRequestsException: Rate exceeded'],
    [`Error: ${JSON.stringify({ errorType: 'Error', errorMessage: 'two\nlines', trace })}`, 'two lines'],
    [`AccessDenied: ${JSON.stringify({ errorType: 'AccessDenied', trace })}`, 'AccessDenied: AccessDenied'],
  ])('%s', (told, words) => {
    expect(errorInWords(told)).toBe(words);
  });

  it('tells the same where the trace is cut off, and never shows JSON wherever it is cut', () => {
    for (let length = cause.indexOf('trace'); length <= cause.length; length++)
      expect(errorInWords(`Error: ${cause.slice(0, length)}`), `${length}`).toBe(message);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(), (said, at) => {
        const json = JSON.stringify({ errorType: 'Error', errorMessage: `Cannot ${said}`, trace });
        const cut = json.slice(0, json.indexOf('"errorMessage":"') + 23 + (at % json.length));
        const words = errorInWords(`Error: ${cut}`);
        expect(words).not.toMatch(/errorMessage|errorType|"trace"|var\/task/);
        expect(words.startsWith('Cannot')).toBe(true);
      }),
    );
  });
});
