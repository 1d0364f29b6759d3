import { Readable } from 'node:stream';
import { fail, type Outcome } from '#outcome';
import type { Spool, SpooledFile } from '../spool/spool.js';

/** Bills received and imported side by side: each keeps a file on disk, and then a connection to the database. */
const AT_ONCE = 2;
/** Two million rows of two kilobytes, more than an import takes. */
const FILE_BYTES_MAX = 4 * 2 ** 30;
const RETRY_AFTER_SECONDS = 30;

/** Takes bills in. A file is written to disk before any of it is imported, so that a slow sender holds no connection. */
export class ReceiveInvoices {
  private running = 0;

  constructor(
    private readonly spool: Pick<Spool, 'open'>,
    private readonly bytesMax = FILE_BYTES_MAX,
  ) {}

  /**
   * Does the work with a body that is here as a whole: JSON as it is, a file as a stream from disk. Fails with `invoice.busy`,
   * `invoice.too_large`, or as the work does.
   */
  async take<T>(body: unknown, work: (received: unknown) => Promise<Outcome<T>>): Promise<Outcome<T>> {
    if (this.running >= AT_ONCE) return busy();
    this.running += 1;
    try {
      return body instanceof Readable ? await this.spooled(body, work) : await work(body);
    } finally {
      this.running -= 1;
    }
  }

  private async spooled<T>(body: Readable, work: (received: unknown) => Promise<Outcome<T>>): Promise<Outcome<T>> {
    // A sender that breaks off before the file is open is found out when it is read.
    body.once('error', () => undefined);
    const file = await this.spool.open();
    try {
      return (await fill(file, body, this.bytesMax)) ? await work(file.read()) : tooLarge(this.bytesMax);
    } finally {
      await file.close();
    }
  }
}

export const RECEIVE_INVOICES = Symbol('ReceiveInvoices');

/** Whether all of it went into the file. */
async function fill(file: SpooledFile, body: Readable, bytesMax: number): Promise<boolean> {
  let bytes = 0;
  const chunks: AsyncIterable<Buffer> = body.iterator({ destroyOnReturn: false });
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > bytesMax) break;
    await file.write(chunk);
  }
  // The rest is read and thrown away: a sender that is cut off would not see why.
  body.resume();
  return bytes <= bytesMax;
}

function busy<T>(): Outcome<T> {
  const detail = `${AT_ONCE} imports of invoices are under way; try again soon`;
  return fail({ kind: 'busy', code: 'invoice.busy', detail, retryAfterSeconds: RETRY_AFTER_SECONDS });
}

function tooLarge<T>(bytesMax: number): Outcome<T> {
  const detail = `Nothing was imported. A file has at most ${bytesMax} bytes.`;
  return fail({ kind: 'too_large', code: 'invoice.too_large', detail });
}
