/** Where it speaks, and how it waits. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Whether somebody watches. */
  readonly tty: boolean;
  /** Asks whoever sits there, and gives the answer; empty if none comes. Absent: nobody can be asked. */
  readonly ask?: (question: string) => Promise<string>;
  /** Ctrl-C. */
  readonly signal: AbortSignal;
  readonly pause: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  readonly now: () => number;
}
