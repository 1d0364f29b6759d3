import type { DataSource } from 'typeorm';
import { formatInstant } from '#calendar';
import { type CountName, countKey, type QuotaAmount } from '../domain/index.js';
import type { CountLedger, CountOrder } from '../service/count-ledger.js';
import { toQuotaError } from './quota-errors.js';
import { ROLLING_HEAD } from './reserve-parameters.js';

/** Names come from outside; what is remembered of them has an end. */
const REMEMBERED_MAX = 50_000;

const READ = `
  select c.account_id as "accountId", c.series_id as "seriesId", c.subject,
    (extract(epoch from c.window_start) * 1000)::bigint as start, (used + settled + held)::text as total, carried::text as carried
  from unnest($1::int[], $2::bigint[], $3::text[], $4::timestamptz[]) n (account_id, series_id, subject, window_start)
  join quota_count c using (account_id, series_id, subject, window_start)`;

const ADD = `
  insert into quota_count (account_id, series_id, subject, window_start, window_end, carried)
  select * from unnest($1::int[], $2::bigint[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::numeric[])
    n (account_id, series_id, subject, window_start, window_end, carried)
  order by account_id, series_id, subject, window_start
  on conflict do nothing`;

interface Row {
  readonly accountId: number;
  readonly seriesId: string;
  readonly subject: string;
  readonly start: string;
  readonly total: string;
  readonly carried: string;
}

/** Counts in Postgres, which every store refers to. */
export class SqlCountLedger implements CountLedger {
  private readonly known = new Map<string, QuotaAmount>();

  constructor(private readonly dataSource: DataSource) {}

  async ensure(orders: readonly CountOrder[]): Promise<readonly QuotaAmount[]> {
    const carried = orders.map(({ name }) => this.known.get(countKey(name)));
    const unknown = orders.filter((_, i) => carried[i] === undefined);
    const made = unknown.length > 0 ? await this.makeOrSay(unknown) : new Map<string, QuotaAmount>();
    return orders.map(({ name }, i) => {
      const amount = carried[i] ?? made.get(countKey(name));
      if (amount === undefined) throw new Error(`no count ${countKey(name)}`);
      return amount;
    });
  }

  forget(): void {
    this.known.clear();
  }

  async read(name: CountName): Promise<{ total: QuotaAmount; carried: QuotaAmount } | undefined> {
    const [row] = await this.find([name]);
    return row && { total: BigInt(row.total), carried: BigInt(row.carried) };
  }

  /** An outage is one of the counts, of which quotas say what holds then. */
  private makeOrSay(orders: readonly CountOrder[]): Promise<Map<string, QuotaAmount>> {
    return this.make(orders).catch((error: unknown) => {
      throw toQuotaError(error);
    });
  }

  private async make(orders: readonly CountOrder[]): Promise<Map<string, QuotaAmount>> {
    const found = await this.carriedOf(orders);
    const missing = orders.filter(({ name }) => !found.has(countKey(name)));
    if (missing.length > 0) {
      await this.add(missing);
      // Of two who made the same, one did: what it says holds for both.
      for (const [key, amount] of await this.carriedOf(missing)) found.set(key, amount);
    }
    if (this.known.size + found.size > REMEMBERED_MAX) this.known.clear();
    for (const [key, amount] of found) this.known.set(key, amount);
    return found;
  }

  private async add(orders: readonly CountOrder[]): Promise<void> {
    const carried = await Promise.all(orders.map(({ carry }) => carry()));
    const rows = orders.flatMap(({ name, end, isSlice }, i) => {
      const row = { name, end, carried: carried[i] ?? 0n };
      return isSlice ? [row, { ...row, name: { ...name, start: ROLLING_HEAD } }] : [row];
    });
    await this.dataSource.query(ADD, [
      rows.map(({ name }) => name.accountId),
      rows.map(({ name }) => name.seriesId),
      rows.map(({ name }) => name.subject),
      rows.map(({ name }) => formatInstant(name.start)),
      rows.map(({ end }) => formatInstant(end)),
      rows.map((row) => row.carried.toString()),
    ]);
  }

  private async carriedOf(orders: readonly CountOrder[]): Promise<Map<string, QuotaAmount>> {
    const rows = await this.find(orders.map(({ name }) => name));
    return new Map(
      rows.map(({ accountId, seriesId, subject, start, carried }) => [
        countKey({ accountId, seriesId, subject, start: Number(start) }),
        BigInt(carried),
      ]),
    );
  }

  private find(names: readonly CountName[]): Promise<Row[]> {
    return this.dataSource.query<Row[]>(READ, [
      names.map(({ accountId }) => accountId),
      names.map(({ seriesId }) => seriesId),
      names.map(({ subject }) => subject),
      names.map(({ start }) => formatInstant(start)),
    ]);
  }
}
