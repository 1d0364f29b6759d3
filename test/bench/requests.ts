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
  const sources: Source = {
    take: () => requests[next++],
    pushedBack: () => {
      pushedBack += 1;
    },
  };
  const started = performance.now();
  const lanes = Array.from({ length: Math.min(connections, requests.length) }, () =>
    runLane(connect(Number(port), hostname).setNoDelay(true), sources),
  );
  await Promise.all(lanes);
  return { seconds: (performance.now() - started) / 1000, pushedBack };
}

interface Source {
  take(): Buffer | undefined;
  pushedBack(): void;
}

/** One connection: the next request when the last one is answered. By callbacks, for promises would cost more than the work. */
function runLane(socket: Socket, source: Source): Promise<void> {
  return new Promise((resolve, reject) => {
    let request: Buffer | undefined;
    let waiting: Buffer = Buffer.alloc(0);
    const advance = (): void => {
      request = source.take();
      if (request) socket.write(request);
      else {
        resolve();
        socket.destroy();
      }
    };
    const onAnswer = ({ status, body }: Answer): void => {
      if (status >= 200 && status < 300) return advance();
      if (status !== 429) return void socket.destroy(new Error(`the server answered ${status}: ${body()}`));
      source.pushedBack();
      setTimeout(() => request && socket.write(request), RETRY_MS);
    };
    socket.once('connect', advance);
    socket.on('data', (chunk: Buffer) => {
      waiting = waiting.length === 0 ? chunk : Buffer.concat([waiting, chunk]);
      const answer = readAnswer(waiting);
      if (!answer) return;
      waiting = waiting.subarray(answer.length);
      onAnswer(answer);
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('the server closed the connection')));
  });
}

interface Answer {
  readonly status: number;
  readonly length: number;
  body(): string;
}

/** The answer at the start of the bytes, once it is whole. It must have a Content-Length, as ours do. */
function readAnswer(bytes: Buffer): Answer | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const head = bytes.toString('latin1', 0, headEnd);
  const length = headEnd + 4 + Number(/content-length: *(\d+)/i.exec(head)?.[1] ?? 0);
  if (bytes.length < length) return undefined;
  return { status: Number(head.slice(9, 12)), length, body: () => bytes.toString('utf8', headEnd + 4, length) };
}
