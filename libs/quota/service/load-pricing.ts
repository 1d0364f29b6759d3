import { type Clock, dayIn, type EpochMs } from '#calendar';
import type { AccountReader } from '#directory';
import { daysBefore, FX_CARRIED_DAYS, type PriceSources } from '#pricing';
import { type PricingInputs, poolCostOf } from '../domain/index.js';
import type { PoolRateStore } from './pool-rates.js';

const DAY_MS = 86_400_000;
const FRESH_MS = 10_000;

interface Kept {
  readonly inputs: Promise<PricingInputs>;
  readonly day: EpochMs;
  readonly readAt: EpochMs;
}

/** Gathers what says what usage costs. */
export class LoadPricing {
  private readonly kept = new Map<number, Kept>();

  constructor(
    private readonly accounts: AccountReader,
    private readonly sources: PriceSources,
    private readonly poolRates: PoolRateStore,
    private readonly clock: Clock,
  ) {}

  /** For usage of now; up to ten seconds old. */
  current(accountId: number): Promise<PricingInputs> {
    const now = this.clock.now();
    const day = Math.floor(now / DAY_MS) * DAY_MS;
    const kept = this.kept.get(accountId);
    if (kept?.day === day && now >= kept.readAt && now < kept.readAt + FRESH_MS) return kept.inputs;
    const inputs = this.of(accountId, day, day + DAY_MS);
    this.kept.set(accountId, { inputs, day, readAt: now });
    inputs.catch(() => this.kept.delete(accountId));
    return inputs;
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
