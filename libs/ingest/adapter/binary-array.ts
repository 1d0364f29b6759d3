/**
 * Array parameters in Postgres' binary format: a third of the text's size to send, and nothing to parse on the other
 * side. (Layout: array_send of src/backend/utils/adt/arrayfuncs.c.)
 */
const UUID_OID = 2950;
const TIMESTAMPTZ_OID = 1184;
const HEADER = 20;
/** Postgres counts microseconds from 2000-01-01. */
const EPOCH_2000_MICROS = 946_684_800_000_000;
const TWO_32 = 2 ** 32;

/** `uuid[]` of values given as 32 hexadecimal digits. */
export function uuidArray(values: readonly string[]): Buffer {
  const bytes = allocate(values.length, UUID_OID, 16);
  values.forEach((value, i) => bytes.write(value, HEADER + i * 20 + 4, 'hex'));
  return bytes;
}

/** `timestamptz[]` of microseconds since 1970. */
export function timestamptzArray(values: readonly number[]): Buffer {
  const bytes = allocate(values.length, TIMESTAMPTZ_OID, 8);
  values.forEach((value, i) => writeInt64(bytes, value - EPOCH_2000_MICROS, HEADER + i * 12 + 4));
  return bytes;
}

function allocate(length: number, elementOid: number, elementBytes: number): Buffer {
  const bytes = Buffer.alloc(HEADER + length * (elementBytes + 4));
  bytes.writeInt32BE(1, 0);
  bytes.writeInt32BE(0, 4);
  bytes.writeInt32BE(elementOid, 8);
  bytes.writeInt32BE(length, 12);
  bytes.writeInt32BE(1, 16);
  for (let i = 0; i < length; i += 1) bytes.writeInt32BE(elementBytes, HEADER + i * (elementBytes + 4));
  return bytes;
}

/** A whole number that a double holds exactly, in two halves: a bigint for each would cost more than all the rest. */
function writeInt64(bytes: Buffer, value: number, offset: number): void {
  const high = Math.floor(value / TWO_32);
  bytes.writeInt32BE(high, offset);
  bytes.writeUInt32BE(value - high * TWO_32, offset + 4);
}
