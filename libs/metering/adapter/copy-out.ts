import type { Duplex } from 'node:stream';
import type { Connection, Submittable } from 'pg';

/** Messages of the protocol (PostgreSQL documentation, "Message Formats"): a byte for its type, four for its length. */
const TYPE_BYTES = 1;
const LENGTH_BYTES = 4;
const COPY_DATA = 'd'.charCodeAt(0);
/** The copy's own beginning and end, and what may come between and nobody here waits for: notices, settings. */
const PASSED_OVER = new Set(Array.from('HcNS', (letter) => letter.charCodeAt(0)));
const NOTHING = Buffer.alloc(0);

/** Takes the payload of one CopyData message: in COPY TO, one row. */
export type OnCopyData = (view: DataView, at: number, bytes: number) => void;

type Listener = (chunk: Buffer) => void;

/**
 * A `COPY … TO STDOUT` that shows each row where it lies in the socket's chunk. A stream would make two or three buffers of
 * every row, which for 100,000 rows costs more than all that is done with them. While the copy runs this listens to the
 * socket in the driver's place; from the first message that is not of the copy on, the driver listens again.
 */
export class CopyOut implements Submittable {
  private socket: Duplex | undefined;
  private driver: Listener[] = [];
  private rest: Buffer = NOTHING;
  private isEnded = false;
  private failure: Error | undefined;
  private wake: () => void = () => undefined;

  /** `isEnough` is asked after each chunk: the copy pauses as long as it says so. */
  constructor(
    readonly text: string,
    private readonly onCopyData: OnCopyData,
    private readonly isEnough: () => boolean,
  ) {}

  /** Goes on until there is enough, or (false) to the end. Throws when the copy or the taking of a row failed, at its end. */
  async next(): Promise<boolean> {
    while (!this.isEnded && !this.isPausing) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
        if (this.driver.length > 0) this.socket?.resume();
      });
    }
    if (this.failure) throw this.failure;
    return !this.isEnded;
  }

  /** Called by the driver when it is the query's turn. */
  submit(connection: Connection): void {
    this.socket = connection.stream;
    this.driver = this.socket.listeners('data').filter(isListener);
    for (const listener of this.driver) this.socket.off('data', listener);
    this.socket.on('data', this.onChunk);
    connection.query(this.text);
  }

  /** Called by the driver. A COPY has nothing to say at its end but that it is over. */
  handleCommandComplete(): void {
    this.isEnded = true;
  }

  handleReadyForQuery(): void {
    this.end(undefined);
  }

  handleError(failure: Error): void {
    this.end(failure);
  }

  private end(failure: Error | undefined): void {
    this.giveBack(NOTHING);
    this.isEnded = true;
    this.failure ??= failure;
    this.wake();
  }

  private readonly onChunk: Listener = (chunk) => {
    const bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 0;
    while (at + TYPE_BYTES + LENGTH_BYTES <= bytes.length) {
      const type = view.getUint8(at);
      if (type !== COPY_DATA && !PASSED_OVER.has(type)) {
        this.giveBack(bytes.subarray(at));
        return;
      }
      const length = view.getInt32(at + TYPE_BYTES);
      const next = at + TYPE_BYTES + length;
      if (next > bytes.length) break;
      if (type === COPY_DATA) this.take(view, at + TYPE_BYTES + LENGTH_BYTES, length - LENGTH_BYTES);
      at = next;
    }
    this.rest = bytes.subarray(at);
    if (!this.isPausing) return;
    this.socket?.pause();
    this.wake();
  };

  /** What a row's taker throws belongs to who waits for the rows; here it would end the process. */
  private take(view: DataView, at: number, bytes: number): void {
    if (this.failure) return;
    try {
      this.onCopyData(view, at, bytes);
    } catch (error) {
      this.failure = error instanceof Error ? error : new Error(String(error));
    }
  }

  private get isPausing(): boolean {
    return !this.failure && this.isEnough();
  }

  /** Lets the driver listen again, first to what has come already. */
  private giveBack(bytes: Buffer): void {
    const { socket, driver } = this;
    if (!socket || driver.length === 0) return;
    this.driver = [];
    this.rest = NOTHING;
    socket.off('data', this.onChunk);
    for (const listener of driver) {
      socket.on('data', listener);
      if (bytes.length > 0) listener(bytes);
    }
    socket.resume();
  }
}

function isListener(value: unknown): value is Listener {
  return typeof value === 'function';
}
