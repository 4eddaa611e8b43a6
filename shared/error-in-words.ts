/**
 * What Step Functions tells of a step that failed, as a sentence: `<Error>: <Cause>`, where the cause of a function's error is JSON with its whole trace, and may be cut off anywhere.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html
 */
export function errorInWords(told: string): string {
  const begin = told.search(/\{\s*"(?:errorType|errorMessage|trace|stackTrace|cause)"/);
  if (begin === -1) return oneLine(told);
  const json = told.slice(begin);
  const message = field(json, 'errorMessage');
  const type = field(json, 'errorType');
  const said =
    message === undefined ? '' : oneLine(message.replace(/^(?:RequestId: \S+ |[\dT:.Z-]{20,} \S+ )(?:Error: )?/, ''));
  if (said === '')
    return (
      oneLine([told.slice(0, begin), type].filter(Boolean).join(' ')).replace(/[:\s]+$/, '') ||
      'an error without a message'
    );
  // `Error` says nothing, and messages of ours begin with what was being done.
  return type === undefined || PLAIN.test(type) || said.startsWith(type) ? said : `${type}: ${said}`;
}

const PLAIN = /^(?:Error|.*\.(?:Error|HandlerError|UserCodeSyntaxError)|Sandbox\.Timedout)$/;

/** Of JSON that may be cut off, also in the middle of this field. */
function field(json: string, name: string): string | undefined {
  const [, text] = new RegExp(`"${name}"\\s*:\\s*"((?:[^"\\\\]|\\\\.)*)`, 's').exec(json) ?? [];
  if (text === undefined) return undefined;
  // An escape that was cut off is none; line breaks may stand as they are.
  const whole = text
    .replace(/\\u[\da-fA-F]{0,3}$/, '')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t');
  try {
    const read: unknown = JSON.parse(`"${whole}"`);
    return typeof read === 'string' ? read : undefined;
  } catch {
    return whole;
  }
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
