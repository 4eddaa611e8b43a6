import { createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands between a function and the emulator's S3. */
export interface S3Proxy {
  readonly endpoint: string;
  close(): void;
}

/**
 * What becomes of a request: it goes on by that method; it goes on, but its answer is `lost`; it is `dropped`, so that it never arrives; it is `refused`: answered
 * 403 here.
 */
export type Passage = { readonly method: string | undefined; readonly lost?: boolean } | 'dropped' | 'refused';

export type Pass = (asked: IncomingMessage, url: URL) => Passage;

export async function startS3Proxy(emulator: string, pass: Pass): Promise<S3Proxy> {
  const server = createServer((asked, answer) => {
    const url = new URL(asked.url ?? '/', emulator);
    const passage = pass(asked, url);
    if (passage === 'refused') {
      answer.writeHead(403, { 'content-type': 'application/xml' });
      // The answer to a HEAD has no body, whatever is written.
      answer.end('<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>');
      return;
    }
    if (passage === 'dropped') {
      answer.destroy();
      return;
    }
    // The path as it came: a URL would resolve the dots in a key.
    const { method } = passage;
    const passed = request(emulator, { method, path: asked.url, headers: asked.headers }, (answered) => {
      if (passage.lost === true) {
        answered.resume();
        answer.destroy();
        return;
      }
      answer.writeHead(answered.statusCode ?? 502, answered.headers);
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
