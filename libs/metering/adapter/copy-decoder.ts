/** "PGCOPY\n\xff\r\n\0", flags and the length of the header's extension, which no version of Postgres has used. */
const HEADER_BYTES = 19;
const FIELD_COUNT_BYTES = 2;
const LENGTH_BYTES = 4;

/**
 * The binary form of `COPY … TO` with rows of fixed width (PostgreSQL documentation, COPY, "Binary Format"): each column is
 * as wide in every row as its type, so a field lies at a known place and nothing is parsed.
 */
export class CopyDecoder {
  /** Offset of each field's value within a row. */
  readonly offsets: readonly number[];
  private readonly rowBytes: number;
  private isHeaderRead = false;

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

  /** Where the row of a message begins; undefined for one without a row. Postgres sends a row a message. */
  rowOf(view: DataView, at: number, bytes: number): number | undefined {
    const [from, length] = this.isHeaderRead ? [at, bytes] : [at + HEADER_BYTES, bytes - HEADER_BYTES];
    this.isHeaderRead = true;
    // The header may come alone; the trailer is a number of columns of -1 and nothing more.
    if (length <= FIELD_COUNT_BYTES) return undefined;
    // A null would make a row shorter, so its length and its number of columns tell its shape.
    if (length !== this.rowBytes || view.getInt16(from) !== this.widths.length)
      throw new RangeError('COPY sent a row of another shape');
    return from;
  }
}

const TWO_32 = 2 ** 32;
const MAX_HIGH = 2 ** 21;

/** An int8 as a double; infinity when it is more than a double holds exactly. */
export function readWhole(view: DataView, at: number): number {
  const high = view.getInt32(at);
  if (high >= MAX_HIGH) return Number.POSITIVE_INFINITY;
  return high * TWO_32 + view.getUint32(at + LENGTH_BYTES);
}
