import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { formatPicos, minorUnitDigits, parsePicos } from '#money';
import { correctedDraft, mixedDraft } from '../domain/focus/testing.js';
import { parquetOf } from '../domain/parquet/lines-parquet.js';
import type { ParquetTable } from '../domain/parquet/parquet-table.js';
import { readFile, sourceOf } from '../domain/testing.js';
import { hyparquet } from './hyparquet-writer.js';

describe('the Parquet file, as DuckDB reads it', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'apportion-parquet-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function query(bytes: Uint8Array, sql: string): Promise<Record<string, unknown>[]> {
    const file = join(folder, 'file.parquet');
    writeFileSync(file, bytes);
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    try {
      return (await connection.runAndReadAll(sql.replace('FILE', `'${file}'`))).getRowObjectsJson();
    } finally {
      connection.closeSync();
      instance.closeSync();
    }
  }

  it.each([
    ['USD', mixedDraft()],
    ['USD with corrections', correctedDraft()],
    ['JPY', mixedDraft('JPY')],
  ])('has the total of the statement exactly, in %s', async (_, draft) => {
    const { bytes, manifest } = await readFile(parquetOf(sourceOf(draft), hyparquet));
    const [row] = await query(
      bytes,
      'select sum(billed_amount)::varchar as billed, sum(effective_cost)::varchar as effective, count(*)::int as n from FILE',
    );
    expect(parsePicos(String(row?.billed))).toBe(
      draft.summary.total.billed * 10n ** BigInt(12 - minorUnitDigits(draft.currency)),
    );
    expect(formatPicos(parsePicos(String(row?.effective)) ?? -1n)).toBe(formatPicos(draft.summary.total.effective));
    expect(row?.n).toBe(manifest.rows);
  });

  it('has decimals as decimals, times as times and text as it is', async () => {
    const { bytes } = await readFile(parquetOf(sourceOf(mixedDraft()), hyparquet));
    const columns = await query(bytes, 'describe select * from FILE');
    const types = new Map(columns.map((column) => [column.column_name, column.column_type]));
    expect(types.get('effective_cost')).toBe('DECIMAL(38,12)');
    expect(types.get('billed_amount')).toBe('DECIMAL(38,2)');
    expect(types.get('charge_period_start')).toBe('TIMESTAMP WITH TIME ZONE');
    expect(types.get('team')).toBe('VARCHAR');
    const teams = await query(bytes, 'select distinct team from FILE order by team');
    expect(teams.map(({ team }) => team)).toContain('=b');
    const [start] = await query(bytes, 'select min(epoch_ms(charge_period_start))::varchar as at from FILE');
    expect(Number(start?.at)).toBe(Date.UTC(2023, 10, 1));
    const [unpriced] = await query(bytes, 'select count(*)::int as n from FILE where effective_cost is null');
    expect(unpriced?.n).toBeGreaterThan(0);
  });

  async function* groups(values: readonly bigint[][]): ParquetTable['groups'] {
    for (const group of values) yield [group];
  }
  const table = (values: readonly bigint[][]): ParquetTable => ({
    columns: [{ name: 'n', type: 'decimal', decimals: 12 }],
    groups: groups(values),
  });
  async function written(of: ParquetTable): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    for await (const piece of hyparquet(of)) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  it('keeps every digit of either sign, in every group', async () => {
    const numbers = [10n ** 38n - 1n, -(10n ** 38n) + 1n, 0n, -1n, 1n, 123_456_789_012_345_678_901_234_567_890n];
    const bytes = await written(table([numbers.slice(0, 2), numbers.slice(2)]));
    const rows = await query(bytes, 'select n::varchar as n from FILE');
    expect(rows.map(({ n }) => parsePicos(String(n)))).toEqual(numbers);
  });

  it('is a file without rows too, and none of a number that has no room', async () => {
    expect(await query(await written(table([])), 'select * from FILE')).toEqual([]);
    await expect(written(table([[10n ** 38n]]))).rejects.toThrow('n has a number of more than 38 digits');
  });
});
