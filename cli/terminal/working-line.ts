import { clearLine, cursorTo } from 'node:readline';

/** A line of which only the last text stays in sight. */
export interface WorkingLine {
  readonly say: (text: string) => void;
  /** Takes it away. */
  readonly end: () => void;
}

/** On a terminal, no longer than it is wide: what wraps could not be taken away. */
export function workingLine(stream: NodeJS.WritableStream & { readonly columns?: number }): WorkingLine {
  const say = (text: string) => {
    cursorTo(stream, 0);
    stream.write(text.slice(0, (stream.columns ?? 80) - 1));
    clearLine(stream, 1);
  };
  return { say, end: () => say('') };
}
