import { createInterface } from 'node:readline';

interface Streams {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/** Asks on standard error, as standard output may be read by programs. @returns a line; nothing if the input ends, or the signal comes, before there is one. */
export function asker(
  signal: AbortSignal,
  { input, output }: Streams = { input: process.stdin, output: process.stderr },
): (question: string) => Promise<string> {
  return async (question) => {
    output.write(question);
    // Left to the terminal itself, Ctrl-C goes to whoever listens to it.
    const lines = createInterface({ input, terminal: false, signal });
    try {
      for await (const line of lines) return line;
      return '';
    } finally {
      lines.close();
    }
  };
}
