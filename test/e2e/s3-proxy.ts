import { createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands between a function and the emulator's S3. */
export interface S3Proxy {
  readonly endpoint: string;
  close(): void;
}

/**
 * @param pass tells by which method a request goes on; `refused`: it is answered 403 here.
 */
export async function startS3Proxy(
  emulator: string,
  pass: (asked: IncomingMessage, url: URL) => 'refused' | { readonly method: string | undefined },
): Promise<S3Proxy> {
  const server = createServer((asked, answer) => {
    const url = new URL(asked.url ?? '/', emulator);
    const passing = pass(asked, url);
    if (passing === 'refused') {
      answer.writeHead(403).end();
      return;
    }
    const passed = request(url, { method: passing.method, headers: asked.headers }, (answered) => {
      answer.writeHead(answered.statusCode ?? 502, answered.headers);
      // The answer to a HEAD has no body, whatever is written.
      answered.pipe(answer);
    });
    passed.on('error', () => answer.destroy());
    asked.pipe(passed);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return { endpoint: `http://127.0.0.1:${portOf(server.address())}`, close: () => server.close() };
}

function portOf(address: AddressInfo | string | null): number {
  if (typeof address !== 'object' || address === null) throw new Error('The proxy has no port');
  return address.port;
}
