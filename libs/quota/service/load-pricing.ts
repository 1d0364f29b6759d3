import { type Clock, dayIn, type EpochMs } from '#calendar';
import type { AccountReader } from '#directory';
import { createPriceBook, daysBefore, FX_CARRIED_DAYS, type PriceSources } from '#pricing';
import { type PricingInputs, poolCostOf } from '../domain/index.js';
import { type IsOutage, LastKnown } from './last-known.js';
import type { PoolRateStore } from './pool-rates.js';

const DAY_MS = 86_400_000;
const FRESH_MS = 10_000;

const ACCOUNTS_MAX = 1_000;

/** Of no price at all: what holds while nobody can say what anything costs. */
export const UNPRICED: PricingInputs = {
  currency: 'XXX',
  timeZone: 'UTC',
  book: createPriceBook([], []),
  rules: [],
  fxRates: [],
  poolCost: poolCostOf([]),
};

/** Gathers what says what usage costs. */
export class LoadPricing {
  private readonly known: LastKnown<number, PricingInputs>;

  constructor(
    private readonly accounts: AccountReader,
    private readonly sources: PriceSources,
    private readonly poolRates: PoolRateStore,
    private readonly clock: Clock,
    isOutage: IsOutage,
  ) {
    this.known = new LastKnown({ freshMs: FRESH_MS, max: ACCOUNTS_MAX, otherwise: UNPRICED }, clock, isOutage);
  }

  /**
   * For an estimate of usage of now; up to ten seconds old. While the database is out of reach, what held before; where that is not
   * known, nothing has a price.
   */
  current(accountId: number): Promise<PricingInputs> {
    const day = Math.floor(this.clock.now() / DAY_MS) * DAY_MS;
    return this.known.get(accountId, () => this.of(accountId, day, day + DAY_MS), day + DAY_MS);
  }

  /** For usage of [start, end). */
  async of(accountId: number, start: EpochMs, end: EpochMs): Promise<PricingInputs> {
    const { currency, timeZone } = await this.accounts.load(accountId);
    const first = daysBefore(dayIn(start, timeZone), FX_CARRIED_DAYS);
    const [book, rules, fxRates, rates] = await Promise.all([
      this.sources.prices.load(accountId, start, end),
      this.sources.priceRules.load(accountId, start, end),
      this.sources.fxRates.load(accountId, currency, first, dayIn(end - 1, timeZone)),
      this.poolRates.load(accountId, start, end),
    ]);
    return { currency, timeZone, book, rules, fxRates, poolCost: poolCostOf(rates) };
  }
}
