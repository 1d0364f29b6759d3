import { type Clock, EARLIEST_INSTANT } from '#calendar';
import type { Caller } from '#directory';
import { fail, type ImportRow, type Outcome, RowFailures, RowReader, succeed } from '#outcome';
import { FX_RATE_DECIMALS } from '../domain/index.js';
import type { FxRateDraft, FxRateStore } from './fx-rate-store.js';
import type { StoredPrices } from './price-store.js';

/** The columns of a rate of exchange, as the CSV header spells them. */
export const FX_RATE_COLUMNS = { required: ['from', 'to', 'day', 'rate'], optional: ['source'] } as const;

/**
 * Takes a table of rates of exchange, all of it or nothing. A rate is known by its currencies and its day; what is said of a
 * known one becomes its next version if it differs. Fails with `pricing.import_refused`, which names every row and column at
 * fault.
 */
export class ImportFxRates {
  constructor(
    private readonly rates: FxRateStore,
    private readonly clock: Clock,
  ) {}

  async run(
    { accountId, apiKeyId: recordedBy }: Pick<Caller, 'accountId' | 'apiKeyId'>,
    rows: readonly ImportRow[],
  ): Promise<Outcome<StoredPrices>> {
    const failures = new RowFailures();
    const seen = new Map<string, ImportRow>();
    const rates = rows.flatMap((row): FxRateDraft[] => {
      const rate = readRow(row, failures);
      if (!rate) return [];
      const key = `${rate.from} ${rate.to} ${rate.day}`;
      const first = seen.get(key);
      if (first) failures.add(row, 'day', 'pricing.repeated_rate', `${first.place} gives the rate of the same day`);
      else seen.set(key, row);
      return [rate];
    });
    if (!failures.none) return fail(failures.toFailure('pricing.import_refused'));
    return succeed(await this.rates.store({ accountId, rates, recordedAt: this.clock.now(), recordedBy }));
  }
}

export const IMPORT_FX_RATES = Symbol('ImportFxRates');

function readRow(row: ImportRow, failures: RowFailures): FxRateDraft | undefined {
  const reader = new RowReader(row, failures, 'pricing');
  const from = reader.anyCurrency('from');
  const to = reader.anyCurrency('to');
  const day = readDay(reader);
  const rate = reader.decimal('rate', FX_RATE_DECIMALS);
  const source = reader.optionalText('source');
  if (rate === 0n) return reader.refuse('rate', 'bad_decimal', 'must be above zero');
  if (from !== undefined && from === to) return reader.refuse('to', 'same_currency', `is ${from}, as from is`);
  if (from === undefined || to === undefined || day === undefined || rate === undefined || source === undefined)
    return undefined;
  return { from, to, day, rate, source: source ?? 'import' };
}

function readDay(reader: RowReader): string | undefined {
  const text = reader.text('day');
  if (text === undefined) return undefined;
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (ms >= EARLIEST_INSTANT && new Date(ms).toISOString().startsWith(text)) return text;
  return reader.refuse('day', 'bad_day', `${JSON.stringify(text)} is not a day such as 2026-09-30`);
}
