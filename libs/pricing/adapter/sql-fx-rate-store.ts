import type { DataSource } from 'typeorm';
import { formatInstant } from '#calendar';
import { formatPicos, parsePicos } from '#money';
import type { Day, FxRate } from '../domain/index.js';
import type {
  FxRateDraft,
  FxRatePage,
  FxRateReader,
  FxRateStore,
  RecordedFxRate,
  StoreFxRatesInput,
} from '../service/fx-rate-store.js';
import type { StoredPrices } from '../service/price-store.js';

const INSERT_RATES = `
  insert into fx_rate (account_id, currency_from, currency_to, day, version, rate, source, recorded_at, recorded_by)
  select $1, d."from", d."to", d.day, coalesce(v.version, 0) + 1, d.rate, d.source, $3, $4
  from jsonb_to_recordset($2::jsonb) as d ("from" text, "to" text, day date, rate numeric, source text)
  left join lateral (
    select r.* from fx_rate r
    where r.account_id = $1 and (r.currency_from, r.currency_to, r.day) = (d."from", d."to", d.day)
    order by r.version desc limit 1
  ) v on true
  where v.version is null or (v.rate, v.source) is distinct from (d.rate, d.source)
  returning version`;

const KEY = 'currency_from, currency_to, day';
const COLUMNS = `fx_rate_id, currency_from, currency_to, day::text as day, version, rate::text as rate, source`;

const SELECT_PAGE = `
  select * from (
    select ${COLUMNS}, recorded_at, recorded_by,
      case when version < max(version) over (partition by ${KEY}) then 'superseded' else 'current' end as state
    from fx_rate where account_id = $1
      and ($3::text is null or currency_from = $3) and ($4::text is null or currency_to = $4)
  ) versions
  where fx_rate_id > $2 order by fx_rate_id limit $5`;

const SELECT_DAYS = `
  select distinct on (currency_from, currency_to, fx_rate.day) ${COLUMNS} from fx_rate
  where account_id = $1 and currency_to = $2 and fx_rate.day between $3 and $4
  order by currency_from, currency_to, fx_rate.day, version desc`;

interface RateRow {
  readonly fx_rate_id: string;
  readonly currency_from: string;
  readonly currency_to: string;
  readonly day: Day;
  readonly version: number;
  readonly rate: string;
  readonly source: string;
}

interface RecordedRow extends RateRow {
  readonly state: RecordedFxRate['state'];
  readonly recorded_at: Date;
  readonly recorded_by: string | null;
}

export class SqlFxRateStore implements FxRateStore, FxRateReader {
  constructor(private readonly dataSource: DataSource) {}

  store({ accountId, rates, recordedAt, recordedBy }: StoreFxRatesInput): Promise<StoredPrices> {
    return this.dataSource.transaction(async (manager) => {
      // One change of the account's rates at a time, or two could give one day's the same version.
      await manager.query(`select pg_advisory_xact_lock(hashtext('fx_rate'), $1)`, [accountId]);
      const parameters = [accountId, draftsToRow(rates), formatInstant(recordedAt), recordedBy];
      const stored = await manager.query<{ version: number }[]>(INSERT_RATES, parameters);
      const created = stored.filter(({ version }) => version === 1).length;
      return { created, corrected: stored.length - created, unchanged: rates.length - stored.length };
    });
  }

  async list({ accountId, from, to, after, limit }: FxRatePage): Promise<readonly RecordedFxRate[]> {
    const parameters = [accountId, after ?? '0', from ?? null, to ?? null, limit];
    return (await this.dataSource.query<RecordedRow[]>(SELECT_PAGE, parameters)).map((row) => ({
      ...rateFromRow(row),
      state: row.state,
      recordedAt: row.recorded_at.getTime(),
      recordedBy: row.recorded_by,
    }));
  }

  async load(accountId: number, to: string, first: Day, last: Day): Promise<readonly FxRate[]> {
    return (await this.dataSource.query<RateRow[]>(SELECT_DAYS, [accountId, to, first, last])).map(rateFromRow);
  }
}

function draftsToRow(rates: readonly FxRateDraft[]): string {
  return JSON.stringify(rates.map(({ rate, ...draft }) => ({ ...draft, rate: formatPicos(rate) })));
}

function rateFromRow(row: RateRow): FxRate {
  const rate = parsePicos(row.rate);
  if (rate === undefined) throw new RangeError(`${row.rate} is no rate of exchange`);
  const { fx_rate_id: fxRateId, currency_from: from, currency_to: to, day, version, source } = row;
  return { fxRateId, from, to, day, version, rate, source };
}
