import process from 'node:process';

/**
 * What becomes of output that nobody takes. A reader may have seen enough, as `head` has: that is no error. Where it cannot be written, as on a full disk, it
 * is said once, and the process ends with 1 in the end; what was begun goes on in both cases.
 *
 * @param gone is told of both, each time.
 */
export function watchOutput(gone: () => void): void {
  let isLost = false;
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', ({ code, message }: NodeJS.ErrnoException) => {
      gone();
      if (code === 'EPIPE' || isLost) return;
      isLost = true;
      process.on('exit', () => (process.exitCode = 1));
      process.stderr.write(
        `Cannot write what this command says: ${message}; make room, or send its output somewhere else\n`,
      );
    });
}
