/** Postgres counts microseconds from 2000-01-01. */
const EPOCH_2000_MICROS = 946_684_800_000_000;
const TWO_32 = 2 ** 32;
const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1');
const TRAILER = -1;
const NULL = -1;
/** A UTF-16 unit is at most three bytes of UTF-8. */
const BYTES_PER_UNIT = 3;

/**
 * Rows in the binary format of COPY: the server has nothing to parse and we have nothing to escape. A column is written
 * by its type's method, in the order of the statement's columns.
 */
export class BinaryCopy {
  private bytes: Buffer;
  private at = 0;

  constructor(
    private readonly columns: number,
    expectedBytes: number,
  ) {
    this.bytes = Buffer.allocUnsafe(expectedBytes + 64);
    this.at = SIGNATURE.copy(this.bytes);
    this.int32Raw(0);
    this.int32Raw(0);
  }

  /** Begins a row. `bytes` is at least what its columns of fixed size take, four bytes of length for each column included. */
  row(bytes: number): void {
    this.reserve(bytes + 2);
    this.at = this.bytes.writeInt16BE(this.columns, this.at);
  }

  int32(value: number): void {
    this.int32Raw(4);
    this.int32Raw(value);
  }

  /** A whole number that a double holds exactly. */
  int64(value: number | null): void {
    if (value === null) {
      this.int32Raw(NULL);
      return;
    }
    this.int32Raw(8);
    const high = Math.floor(value / TWO_32);
    this.int32Raw(high);
    this.at = this.bytes.writeUInt32BE(value - high * TWO_32, this.at);
  }

  /** Microseconds since 1970. */
  timestamptz(micros: number): void {
    this.int64(micros - EPOCH_2000_MICROS);
  }

  /** 32 hexadecimal digits. */
  uuid(hex: string): void {
    this.int32Raw(16);
    this.at += this.bytes.write(hex, this.at, 16, 'hex');
  }

  text(value: string): void {
    this.reserve(value.length * BYTES_PER_UNIT + 4);
    const start = this.at + 4;
    const length = this.bytes.write(value, start, 'utf8');
    this.int32Raw(length);
    this.at = start + length;
  }

  jsonb(value: string | null): void {
    if (value === null) {
      this.int32Raw(NULL);
      return;
    }
    this.reserve(value.length * BYTES_PER_UNIT + 5);
    const start = this.at + 5;
    const length = this.bytes.write(value, start, 'utf8');
    this.int32Raw(length + 1);
    // The version of jsonb's format.
    this.bytes[this.at] = 1;
    this.at = start + length;
  }

  /** All rows, ready to send. */
  end(): Buffer {
    this.reserve(2);
    this.at = this.bytes.writeInt16BE(TRAILER, this.at);
    return this.bytes.subarray(0, this.at);
  }

  private int32Raw(value: number): void {
    this.at = this.bytes.writeInt32BE(value, this.at);
  }

  private reserve(bytes: number): void {
    if (this.at + bytes <= this.bytes.length) return;
    const wider = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.at + bytes));
    this.bytes.copy(wider, 0, 0, this.at);
    this.bytes = wider;
  }
}
