import { connect, type Socket } from 'node:net';

/** Whole HTTP/1.1 requests, rendered before the clock starts, sent over keep-alive connections, one in flight on each. */
export interface Volley {
  readonly url: string;
  readonly requests: readonly Buffer[];
  readonly connections: number;
}

export interface VolleyResult {
  readonly seconds: number;
  /** How often the server said 429 and was asked again. */
  readonly pushedBack: number;
}

const RETRY_MS = 100;

/** Renders a POST of a JSON body. */
export function renderPost(url: string, path: string, key: string, body: string): Buffer {
  const head = [
    `POST ${path} HTTP/1.1`,
    `Host: ${new URL(url).host}`,
    `Authorization: Bearer ${key}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/** Sends all requests and returns when each is answered 2xx. Throws at any other answer than that and 429. */
export async function fire({ url, requests, connections }: Volley): Promise<VolleyResult> {
  const { hostname, port } = new URL(url);
  let next = 0;
  let pushedBack = 0;
  const started = performance.now();
  const work = async (): Promise<void> => {
    const socket = connect(Number(port), hostname).setNoDelay(true);
    const answers = readAnswers(socket);
    for (let request = requests[next++]; request; request = requests[next++]) {
      for (;;) {
        socket.write(request);
        const { value: answer, done } = await answers.next();
        if (done) throw new Error('the server closed the connection');
        if (answer.status >= 200 && answer.status < 300) break;
        if (answer.status !== 429) throw new Error(`the server answered ${answer.status}: ${answer.body}`);
        pushedBack += 1;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
    socket.destroy();
  };
  await Promise.all(Array.from({ length: Math.min(connections, requests.length) }, work));
  return { seconds: (performance.now() - started) / 1000, pushedBack };
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** The answers on a connection. Each must have a Content-Length, as ours do. */
async function* readAnswers(socket: Socket): AsyncGenerator<Answer, undefined> {
  let waiting = Buffer.alloc(0);
  for await (const chunk of socket) {
    waiting = waiting.length === 0 ? Buffer.from(chunk) : Buffer.concat([waiting, Buffer.from(chunk)]);
    for (;;) {
      const headEnd = waiting.indexOf('\r\n\r\n');
      if (headEnd < 0) break;
      const head = waiting.toString('latin1', 0, headEnd);
      const length = Number(/content-length: *(\d+)/i.exec(head)?.[1] ?? 0);
      const end = headEnd + 4 + length;
      if (waiting.length < end) break;
      const body = waiting.toString('utf8', headEnd + 4, end);
      waiting = waiting.subarray(end);
      yield { status: Number(head.slice(9, 12)), body };
    }
  }
  return undefined;
}
