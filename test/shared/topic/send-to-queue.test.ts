import { glob, readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import jsonata from 'jsonata';
import { describe, expect, it } from 'vitest';
import { objectKey } from '../../../shared/objects/object-key.ts';
import { messagesFor } from '../../../shared/topic/send-to-queue.ts';
import { only, statesOf } from '../../infra/queries.ts';
import { resourcesOf, SMALL, templatesOf } from '../../infra/synthesize.ts';

/**
 * What SQS takes; all else it refuses with InvalidMessageContents.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
const TAKEN = /^[\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]*$/u;

const longCopy = definitionOfLongCopies();

/** All that makes a message of a key, and how many characters at a time it is tried with. */
const MAKERS = [
  { name: 'messagesFor()', make: async (key: string) => [...messagesFor([objectKey(key)])][0], most: 250 },
  { name: 'long copies, to the inbox', make: evaluating('LeaveToInbox'), most: 10_000 },
  { name: 'long copies, to the failed queue', make: evaluating('PutAsideInFailed'), most: 10_000 },
];

describe.each(MAKERS)('a message by $name', ({ make, most }) => {
  it('holds every character of a key, and none that SQS refuses', async () => {
    const wrong: string[] = [];
    for (const key of keysOfAllCharacters(most)) {
      const { isTaken, read } = await messageOf(key);
      if (!isTaken || !isDeepStrictEqual(read, { keys: [{ key }] })) wrong.push(key);
    }
    expect(wrong).toEqual([]);
  });

  it('holds any key', async () => {
    const troublesome = fc.constantFrom('\uFFFE', '\uFFFF', '\\', '\\uFFFE', '"', "'", '$', '$1', '\u0000', '\u007f');
    const unit = fc.oneof(troublesome, fc.string({ unit: 'binary', maxLength: 2 }));
    const keys = fc.string({ unit, minLength: 1, maxLength: 20 }).filter((key) => key.isWellFormed() && key !== '');
    const property = fc.asyncProperty(keys, async (key) => {
      expect(await messageOf(key)).toEqual({ isTaken: true, read: { keys: [{ key }] } });
    });
    await fc.assert(property);
  });

  async function messageOf(key: string) {
    const message = (await make(key)) ?? '';
    const read: unknown = JSON.parse(message);
    return { isTaken: TAKEN.test(message), read };
  }
});

it('nothing else sends to a queue, but what came from one', async () => {
  const senders: string[] = [];
  for await (const file of glob('{cli,functions,infra,shared}/**/*.ts')) {
    if (/\bSendMessage(?:Batch)?Command\(|sqs:sendMessage'/.test(await readFile(file, 'utf8'))) senders.push(file);
  }
  // The function's inbox moves messages to the failed queue as SQS has handed them out.
  expect(senders.toSorted()).toEqual([
    'functions/replicate/inbox.ts',
    'infra/destination/long-copy.ts',
    'shared/topic/send-to-queue.ts',
  ]);
});

/** Keys of so many characters, which hold every one that there is once. */
function* keysOfAllCharacters(most: number): Generator<string> {
  for (let first = 0; first <= 0x10_ffff; first += most) {
    const points = Array.from({ length: most }, (_, index) => first + index);
    const characters = points.filter((point) => point <= 0x10_ffff && (point < 0xd800 || point > 0xdfff));
    if (characters.length > 0) yield String.fromCodePoint(...characters);
  }
}

function definitionOfLongCopies() {
  const template = templatesOf(SMALL).get('fanout-destination-photos-eu');
  if (template === undefined) throw new Error('There is no stack of the destination');
  return statesOf(only(resourcesOf(template), 'AWS::StepFunctions::StateMachine'));
}

/** The message that a state sends, as Step Functions evaluates it. */
function evaluating(state: string) {
  const template: string = longCopy[state].Arguments.MessageBody;
  const expression = jsonata(template.replace(/^\{%(.*)%\}$/s, '$1'));
  return async (key: string): Promise<string> => {
    const message: unknown = await expression.evaluate({}, { states: { input: { copy: { key } } } });
    return String(message);
  };
}
