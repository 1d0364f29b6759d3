import { billingMonthAt, type Clock, precedingMonth } from '#calendar';
import type { AccountReader } from '#directory';
import { divideHalfEven } from '#money';
import type { ExploreUnitCosts } from '#report';
import { inputTokens, outputTokens } from '#token';
import type { PoolRate, PoolRateStore } from './pool-rates.js';

const MILLION = 1_000_000n;

/** Records what tokens of each pool cost so far this month, or cost in the last where nothing has been used yet. */
export class RefreshPoolRates {
  constructor(
    private readonly accounts: AccountReader,
    private readonly unitCosts: ExploreUnitCosts,
    private readonly rates: PoolRateStore,
    private readonly clock: Clock,
  ) {}

  async run(accountId: number): Promise<void> {
    const { timeZone } = await this.accounts.load(accountId);
    const month = billingMonthAt(this.clock.now(), timeZone);
    const before = await this.ratesOf(accountId, precedingMonth(month));
    const current = await this.ratesOf(accountId, month);
    await this.rates.record(accountId, [...new Map([...before, ...current]).values()]);
  }

  private async ratesOf(accountId: number, period: string): Promise<Map<string, PoolRate>> {
    const explored = await this.unitCosts.explore({ accountId, period, by: ['pool'], only: {}, withPrevious: false });
    // A month that cannot be billed yet says nothing; the rates that are known go on.
    if (!explored.ok) return new Map();
    const validFrom = this.clock.now();
    return new Map(
      explored.value.rows.flatMap(({ group: { pool }, tokens, effective, capacity }) => {
        const count = inputTokens(tokens) + outputTokens(tokens);
        if (typeof pool !== 'string' || count === 0n) return [];
        const perMillion = (picos: bigint) => divideHalfEven(picos * MILLION, count);
        const billed = effective + (capacity?.idle ?? 0n);
        const rate = {
          pool,
          validFrom,
          effectivePicosPerMillion: perMillion(effective),
          billedPicosPerMillion: perMillion(billed),
        };
        return [[pool, rate] as const];
      }),
    );
  }
}
