import { connect, type Socket } from 'node:net';
import { renderPost } from './requests.js';

/** What the load generator of quotas is told to send: one request over and over, on connections that are kept. */
export interface QuotaLoadOrder {
  readonly url: string;
  readonly path: string;
  readonly key: string;
  readonly body: string;
  readonly connections: number;
  readonly seconds: number;
  /** Requests a second, evenly spaced; 0: as many as are answered. */
  readonly rate: number;
}

export interface QuotaLoadReport {
  readonly perSecond: number;
  /** In milliseconds. At a rate, from when a request was due: what waits for a connection waits in it. */
  readonly p50: number;
  readonly p99: number;
}

const TICK_MS = 1;
const HEAD_END = Buffer.from('\r\n\r\n');

// A process of its own, forked with an order, so that the server's figures hold none of its work but the CPU it takes.
class Load {
  private readonly request: Buffer;
  private readonly idle: Lane[] = [];
  private readonly due: number[] = [];
  private readonly took: number[] = [];
  private readonly startedAt = performance.now();
  private readonly endsAt: number;
  private sent = 0;

  constructor(private readonly order: QuotaLoadOrder) {
    this.request = renderPost(order.url, order.path, order.key, order.body);
    this.endsAt = this.startedAt + order.seconds * 1000;
  }

  async run(): Promise<QuotaLoadReport> {
    const { url, connections, rate, seconds } = this.order;
    const { hostname, port } = new URL(url);
    for (let i = 0; i < connections; i += 1) {
      const lane = new Lane(connect(Number(port), hostname).setNoDelay(true), this.request, (took) => {
        this.took.push(took);
        this.take(lane);
      });
      this.take(lane);
    }
    const pace = rate > 0 ? setInterval(() => this.fall(), TICK_MS) : undefined;
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    clearInterval(pace);
    const sorted = Float64Array.from(this.took).sort();
    const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
    return { perSecond: sorted.length / seconds, p50: at(0.5), p99: at(0.99) };
  }

  /** Lets fall due what is due by now. */
  private fall(): void {
    const now = performance.now();
    for (;;) {
      const at = this.startedAt + (this.sent * 1000) / this.order.rate;
      if (at > now || at > this.endsAt) break;
      this.sent += 1;
      this.due.push(at);
    }
    while (this.due.length > 0) {
      const lane = this.idle.pop();
      if (!lane) return;
      lane.send(this.due.shift() ?? now);
    }
  }

  private take(lane: Lane): void {
    if (performance.now() >= this.endsAt) return;
    if (this.order.rate === 0) return lane.send(performance.now());
    const at = this.due.shift();
    if (at === undefined) this.idle.push(lane);
    else lane.send(at);
  }
}

/** One connection, one request in flight. */
class Lane {
  private since = 0;
  private waiting: Buffer = Buffer.alloc(0);

  constructor(
    private readonly socket: Socket,
    private readonly request: Buffer,
    private readonly onAnswer: (took: number) => void,
  ) {
    socket.on('data', (chunk: Buffer) => this.hear(chunk));
    socket.on('error', (error) => fail(error));
  }

  send(since: number): void {
    this.since = since;
    this.socket.write(this.request);
  }

  private hear(chunk: Buffer): void {
    this.waiting = this.waiting.length === 0 ? chunk : Buffer.concat([this.waiting, chunk]);
    const headEnd = this.waiting.indexOf(HEAD_END);
    if (headEnd < 0) return;
    const head = this.waiting.toString('latin1', 0, headEnd);
    const length = headEnd + HEAD_END.length + Number(/content-length: *(\d+)/i.exec(head)?.[1] ?? 0);
    if (this.waiting.length < length) return;
    if (head.slice(9, 10) !== '2') fail(new Error(`the server answered: ${this.waiting.toString()}`));
    this.waiting = this.waiting.subarray(length);
    this.onAnswer(performance.now() - this.since);
  }
}

function fail(error: Error): never {
  console.error(error);
  process.exit(1);
}

new Load(JSON.parse(process.argv[2] ?? '') as QuotaLoadOrder).run().then(
  (report) => process.send?.(report, () => process.exit(0)),
  (error: unknown) => fail(error instanceof Error ? error : new Error(String(error))),
);
