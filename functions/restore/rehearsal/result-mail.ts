import { count, duration, printable, size, time } from '../../../shared/report/in-words.ts';
import { rehearsalPaths } from './rehearsal.ts';
import type { Result } from './result.ts';

const LONGEST_SUBJECT = 100;

/** An e-mail for people: its subject, at most 100 printable ASCII characters as SNS demands, and its text. */
export function mailOf(result: Result, reportsBucket: string): [subject: string, text: string] {
  const { destination, cause, remedy, examples, token, startedAt, seconds } = result;
  const subject = `FAILED rehearsal ${destination}: ${cause}`.replaceAll(/[^ -~]/g, '?');
  const file = `s3://${reportsBucket}/${rehearsalPaths.result(result)}`;
  const text = [
    `${cause}.`,
    ...(remedy === undefined ? [] : [`What to do: ${remedy}.`]),
    rowsOf(result)
      .map(([name, value]) => `${name}: ${value}`)
      .join('\n'),
    ...(examples.length === 0
      ? []
      : [`Some of what is wrong:\n${examples.map(({ key, reason }) => `  * ${key}\n    ${reason}`).join('\n')}`]),
    `Started ${time(startedAt)}, in ${duration(seconds)}. Token: ${token}`,
    `The whole result:\n    ${file}`,
  ];
  return [
    subject.length <= LONGEST_SUBJECT ? subject : `${subject.slice(0, LONGEST_SUBJECT - 3)}...`,
    printable(`${text.join('\n\n')}\n`),
  ];
}

/** What a rehearsal did, in words. */
export function rowsOf(result: Result): readonly (readonly [string, string])[] {
  const { listed, chosen, comparedWith, gone, earlier } = result;
  const { archived, 'too large': tooLarge, 'key too long': tooLong } = listed.leftOut;
  const rows: readonly (readonly [string, number, string?])[] = [
    ['Held by the destination', listed.objects, size(listed.bytes)],
    ['Left out: in an archive', archived],
    ['Left out: too large', tooLarge],
    ['Left out: the key is too long', tooLong],
    ['Chosen', chosen],
    ['Came back as they should be', result.objects, size(result.bytes)],
    [`Of these as the source was on ${earlier === undefined ? '' : time(earlier.at)}`, earlier?.equal ?? 0],
    [`Not there yet, or no more, at that moment`, earlier?.left ?? 0],
    ['Compared with the live source, byte for byte', comparedWith.source],
    ['Compared with the recorded checksum, as the source has changed', comparedWith.record],
    ['Compared with the replica, as there is no such checksum', comparedWith.replica],
    ['Gone from the destination meanwhile', gone],
  ];
  return rows
    .filter(([, number], index) => index === 0 || number > 0)
    .map(([name, number, more]) => [name, more === undefined ? count(number) : `${count(number)}, ${more}`]);
}
