import { ByteWriter, ParquetWriter, type SchemaElement } from 'hyparquet-writer';
import type { ParquetColumn, ParquetTable, ParquetValue } from '../domain/index.js';

/** The most digits that a decimal column holds, in as many bytes. */
const DECIMAL_DIGITS = 38;
const DECIMAL_BYTES = 16;
const DECIMAL_LIMIT = 10n ** BigInt(DECIMAL_DIGITS);

/** Parquet, a group of rows at a time. Throws a RangeError for a number of more digits than any decimal column holds. */
export async function* hyparquet({ columns, groups }: ParquetTable): AsyncGenerator<Uint8Array> {
  const bytes = new ByteWriter();
  const file = new ParquetWriter({
    writer: bytes,
    schema: [{ name: 'root', num_children: columns.length }, ...columns.map(toSchema)],
    createdBy: 'Apportion',
  });
  for await (const group of groups) {
    const columnData = columns.map((column, i) => ({ name: column.name, data: toData(column, group[i] ?? []) }));
    await file.write({ columnData, rowGroupSize: group[0]?.length ?? 1 });
    yield taken(bytes);
  }
  await file.finish();
  yield taken(bytes);
}

/** What has been written since, out of the writer. Its offset goes on: places in the file are counted by it. */
function taken(bytes: ByteWriter): Uint8Array {
  const piece = bytes.getBytes().slice();
  bytes.index = 0;
  return piece;
}

function toSchema(column: ParquetColumn): SchemaElement {
  const { name, type } = column;
  const repetition_type = 'OPTIONAL' as const;
  if (type === 'text') return { name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type };
  if (type === 'instant')
    return {
      ...{ name, type: 'INT64', converted_type: 'TIMESTAMP_MILLIS', repetition_type },
      logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
    };
  return {
    ...{ name, type: 'FIXED_LEN_BYTE_ARRAY', type_length: DECIMAL_BYTES, repetition_type },
    ...{ converted_type: 'DECIMAL', precision: DECIMAL_DIGITS, scale: column.decimals },
  };
}

function toData({ name, type }: ParquetColumn, values: readonly ParquetValue[]): (ParquetValue | Date)[] {
  if (type === 'instant') return values.map((value) => (typeof value === 'number' ? new Date(value) : null));
  for (const value of values)
    if (typeof value === 'bigint' && (value >= DECIMAL_LIMIT || value <= -DECIMAL_LIMIT))
      throw new RangeError(`${name} has a number of more than ${DECIMAL_DIGITS} digits`);
  return [...values];
}
