import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A proxy on this machine that passes nothing on: it answers plain requests itself, and refuses tunnels. */
export interface Proxy {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Hosts that a tunnel was asked for, with their ports. */
  readonly tunnels: string[];
  /** Of plain requests: what they were addressed to, and the service that signed credentials name. */
  readonly requests: { readonly url: string; readonly service: string }[];
  close(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** @param answer what is answered to a plain request: to its service, and what it asks. */
export async function proxy(answer: (service: string, body: string) => Answer): Promise<Proxy> {
  const tunnels: string[] = [];
  const requests: { readonly url: string; readonly service: string }[] = [];
  const server = createServer((request, response) => {
    void reply(request, { response, answer, requests });
  });
  server.on('connect', (request, socket) => {
    tunnels.push(String(request.url));
    socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
  });
  await new Promise<void>((listening) => {
    server.listen(0, '127.0.0.1', listening);
  });
  return { url: `http://127.0.0.1:${portOf(server)}`, tunnels, requests, close: () => closed(server) };
}

async function reply(
  request: IncomingMessage,
  {
    response,
    answer,
    requests,
  }: {
    readonly response: ServerResponse;
    readonly answer: (service: string, body: string) => Answer;
    readonly requests: Proxy['requests'];
  },
): Promise<void> {
  let body = String(request.headers['x-amz-target'] ?? '');
  for await (const chunk of request) body += String(chunk);
  const service = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(String(request.headers.authorization))?.[1] ?? '';
  requests.push({ url: String(request.url), service });
  const { status, body: text } = answer(service, body);
  const type = text.startsWith('<') ? 'text/xml' : 'application/x-amz-json-1.0';
  response.writeHead(status, { 'content-type': type }).end(text);
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The server listens on no port');
  return address.port;
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((done) => {
    server.close(done);
  });
}
