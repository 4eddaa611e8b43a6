import { createServer } from 'node:net';
import { Problem } from './problem.ts';

/**
 * A port on 127.0.0.1 that nobody listens on: the wanted one, or any.
 *
 * @throws {Problem} if there is none.
 */
export async function freePort(wanted: number | undefined): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      const what = wanted === undefined ? 'any free port' : `port ${wanted}`;
      const remedy = wanted === undefined ? 'end a program that listens' : 'name another one, or leave out --port';
      reject(new Problem(`Cannot listen on ${what} of 127.0.0.1 (${cause.message}): ${remedy}`, { cause }));
    });
    server.listen(wanted ?? 0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
