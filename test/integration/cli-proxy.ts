import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export interface Proxy {
  readonly url: string;
  /** Where requests go. */
  target: string;
  /** Sees each request first; true: it has dealt with it. */
  intercept: (request: IncomingMessage, response: ServerResponse) => boolean;
  close(): Promise<void>;
}

/** Stands between the command line and servers, to make trouble. */
export async function startProxy(target: string): Promise<Proxy> {
  const server = createServer((request, response) => {
    if (!proxy.intercept(request, response)) void forward(proxy.target, request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  const proxy: Proxy = {
    url: `http://127.0.0.1:${address.port}`,
    target,
    intercept: () => false,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return proxy;
}

async function forward(target: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const { authorization = '', 'content-type': type = '', prefer } = request.headers;
  const answer = await fetch(`${target}${request.url ?? '/'}`, {
    method: request.method ?? 'GET',
    headers: { authorization, 'content-type': type, ...(typeof prefer === 'string' ? { prefer } : {}) },
    ...(chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}),
  });
  response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
  response.end(Buffer.from(await answer.arrayBuffer()));
}
