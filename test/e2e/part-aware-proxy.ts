import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands in front of the emulator's S3 and tells, as S3 does, the size of a single part on a HEAD, which the emulator does on a GET only. */
export interface PartAwareProxy {
  readonly endpoint: string;
  /** The part numbers of the part copies that came, in their order. */
  readonly partCopies: readonly number[];
  close(): void;
}

export async function startPartAwareProxy(emulator: string): Promise<PartAwareProxy> {
  const partCopies: number[] = [];
  const server = createServer((asked, answer) => {
    const { searchParams } = new URL(asked.url ?? '/', emulator);
    const part = searchParams.get('partNumber');
    if (asked.headers['x-amz-copy-source'] !== undefined && part !== null) partCopies.push(Number(part));
    forward(asked, { answer, emulator, method: asked.method === 'HEAD' && part !== null ? 'GET' : asked.method });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    endpoint: `http://127.0.0.1:${portOf(server.address())}`,
    partCopies,
    close: () => server.close(),
  };
}

function forward(
  asked: IncomingMessage,
  {
    answer,
    emulator,
    method,
  }: { readonly answer: ServerResponse; readonly emulator: string; readonly method: string | undefined },
): void {
  const passed = request(new URL(asked.url ?? '/', emulator), { method, headers: asked.headers }, (answered) => {
    answer.writeHead(answered.statusCode ?? 502, answered.headers);
    // The answer to a HEAD has no body, whatever is written.
    answered.pipe(answer);
  });
  passed.on('error', () => answer.destroy());
  asked.pipe(passed);
}

function portOf(address: AddressInfo | string | null): number {
  if (typeof address !== 'object' || address === null) throw new Error('The proxy has no port');
  return address.port;
}
