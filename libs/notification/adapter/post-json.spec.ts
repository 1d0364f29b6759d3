import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createPlainServer, type Server as PlainServer, type Socket } from 'node:net';
import { CheckedLookup } from './checked-lookup.js';
import { type PostAnswer, type PostLimits, postJson } from './post-json.js';

/** Of answers that come, on however slow a machine. */
const LIMITS: PostLimits = { connectMs: 60_000, wholeMs: 60_000, answerBytes: 16 };

const SHORT = { connectMs: 300 };

describe('posting', () => {
  const servers: (Server | PlainServer)[] = [];
  const sockets: Socket[] = [];
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    for (const server of servers.splice(0)) {
      server.close();
      await once(server, 'close');
    }
  });

  async function portOf(server: Server | PlainServer): Promise<number> {
    servers.push(server);
    server.on('connection', (socket: Socket) => sockets.push(socket));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }
  const serve = (listener: RequestListener) => portOf(createServer(listener));

  function post(url: string, limits: Partial<PostLimits> = {}): Promise<PostAnswer> {
    const guard = new CheckedLookup(async () => [{ address: '127.0.0.1', family: 4 }], true);
    const all = { ...LIMITS, ...limits };
    return postJson({ url: new URL(url), headers: {}, body: '{"é":1}', lookup: guard.lookup, limits: all });
  }

  it('goes to the address that the lookup gave, by the name that it was asked for', async () => {
    const seen: unknown[] = [];
    const port = await serve((request, response) => {
      const { host, 'content-length': length, connection } = request.headers;
      seen.push([request.method, request.url, host, length, connection]);
      response.writeHead(200, { 'retry-after': '3' }).end('fine');
    });
    expect(await post(`http://hooks.example:${port}/in?a=b`)).toEqual({ status: 200, retryAfter: '3', body: 'fine' });
    expect(seen).toEqual([['POST', '/in?a=b', `hooks.example:${port}`, '8', 'close']]);
  });

  it('reads the beginning of an answer, and waits for no more of it', async () => {
    const port = await serve((_, response) => {
      response.writeHead(500);
      response.write('0123456789abcdefghij');
    });
    expect(await post(`http://hooks.example:${port}/`)).toMatchObject({ status: 500, body: '0123456789abcdef' });
  });

  it('believes a status whose body breaks off or never ends', async () => {
    const breaking = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('some', () => response.destroy());
    });
    expect(await post(`http://hooks.example:${breaking}/`)).toMatchObject({ status: 200, body: 'some (broken off' });
    const endless = await serve((_, response) => {
      response.writeHead(200);
      response.write('some');
    });
    expect(await post(`http://hooks.example:${endless}/`, { wholeMs: 2_000 })).toMatchObject({ status: 200 });
  });

  it('gives up on who does not answer', async () => {
    const port = await serve(() => undefined);
    await expect(post(`http://hooks.example:${port}/`, { wholeMs: 300 })).rejects.toThrow('no answer within 300 ms');
  });

  it('gives up on who does not finish a handshake', async () => {
    const port = await portOf(createPlainServer(() => undefined));
    await expect(post(`https://hooks.example:${port}/`, SHORT)).rejects.toThrow('no connection within 300 ms');
  });

  it('gives up on names that are not resolved in time', async () => {
    const guard = new CheckedLookup(() => new Promise(() => undefined), true);
    const url = new URL('http://hooks.example/');
    const limits = { ...LIMITS, ...SHORT };
    const posted = postJson({ url, headers: {}, body: '{}', lookup: guard.lookup, limits });
    await expect(posted).rejects.toThrow('no connection within 300 ms');
  });

  it('throws what comes of a closed port and of what is no HTTP', async () => {
    await expect(post('http://hooks.example:9/')).rejects.toThrow('ECONNREFUSED');
    const port = await portOf(createPlainServer((socket) => socket.end('220 smtp.example ESMTP\r\n')));
    await expect(post(`http://hooks.example:${port}/`)).rejects.toThrow('Parse Error');
  });
});
