/** "PGCOPY\n\xff\r\n\0", flags and the length of the header's extension, which no version of Postgres has used. */
const HEADER_BYTES = 19;
const FIELD_COUNT_BYTES = 2;
const LENGTH_BYTES = 4;
const TRAILER = -1;

/**
 * Cuts the binary form of `COPY … TO` into rows of fixed width (PostgreSQL documentation, COPY, "Binary Format"). Each
 * column is as wide as it is in every row, so a field lies at a known place and nothing is parsed.
 */
export class CopyDecoder {
  /** Offset of each field's value within a row. */
  readonly offsets: readonly number[];
  private readonly rowBytes: number;
  private rest: Buffer = Buffer.alloc(0);
  private isHeaderRead = false;
  private isShapeKnown = false;

  /** `widths`: bytes of each column's type. None of the columns may be null. */
  constructor(private readonly widths: readonly number[]) {
    let at = FIELD_COUNT_BYTES;
    this.offsets = widths.map((width) => {
      const offset = at + LENGTH_BYTES;
      at = offset + width;
      return offset;
    });
    this.rowBytes = at;
  }

  /** Calls `onRow` with the place of each whole row of what has come so far; keeps the rest for the next chunk. */
  decode(chunk: Buffer, onRow: (view: DataView, at: number) => void): void {
    const bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 0;
    if (!this.isHeaderRead) {
      if (bytes.length < HEADER_BYTES) {
        this.rest = bytes;
        return;
      }
      at = HEADER_BYTES;
      this.isHeaderRead = true;
    }
    while (at + this.rowBytes <= bytes.length && view.getInt16(at) !== TRAILER) {
      // A row of another shape moves all after it, so the number of columns, which each row begins with, tells.
      if (view.getInt16(at) !== this.widths.length) throw new RangeError('COPY sent another number of columns');
      if (!this.isShapeKnown) this.assertShape(view, at);
      onRow(view, at);
      at += this.rowBytes;
    }
    this.rest = bytes.subarray(at);
  }

  private assertShape(view: DataView, at: number): void {
    this.isShapeKnown = true;
    for (let i = 0; i < this.widths.length; i++) {
      const lengthAt = (this.offsets[i] ?? 0) - LENGTH_BYTES;
      if (view.getInt32(at + lengthAt) !== this.widths[i]) throw new RangeError('COPY sent a column of another width');
    }
  }
}

const TWO_32 = 2 ** 32;
const MAX_HIGH = 2 ** 21;

/** An int8 of at least zero as a double; infinity when a double cannot hold it exactly. */
export function readWhole(view: DataView, at: number): number {
  const high = view.getInt32(at);
  if (high >= MAX_HIGH) return Number.POSITIVE_INFINITY;
  return high * TWO_32 + view.getUint32(at + LENGTH_BYTES);
}
