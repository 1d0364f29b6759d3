import {
  type BillingPeriod,
  CHARGE_PERIOD_MS,
  type Clock,
  chargePeriodStart,
  dayIn,
  type EpochMs,
  parseBillingPeriod,
} from '#calendar';
import type { PoolCostReader, SharedCostReader } from '#cost-record';
import type { Account, AccountReader, CostCenterReader, MappingRuleReader, TeamReader } from '#directory';
import type { InvoiceReader } from '#invoice';
import { fail, type Outcome, succeed } from '#outcome';
import { daysBefore, FX_CARRIED_DAYS, type FxRate, type PriceSources } from '#pricing';
import { type BillInputs, Owners } from '../domain/index.js';
import { spreadPool } from './spread-pool.js';

/** Which month of which account. */
export interface PeriodInput {
  readonly accountId: number;
  /** `2023-11`, a calendar month in the account's zone. */
  readonly period: string;
}

/** Where what a bill depends on beside the usage is read. */
export interface BillSources extends PriceSources {
  readonly accounts: AccountReader;
  readonly teams: TeamReader;
  readonly costCenters: CostCenterReader;
  readonly mappingRules: MappingRuleReader;
  readonly pools: PoolCostReader;
  readonly sharedCosts: SharedCostReader;
  readonly invoices: InvoiceReader;
}

/** Gathers all that a bill depends on beside the usage. */
export class LoadBillInputs {
  constructor(
    private readonly sources: BillSources,
    private readonly clock: Clock,
  ) {}

  /** Fails with `statement.bad_period`, or `statement.currency_mismatch` when a cost is not in the account's currency. */
  async load({ accountId, period: name }: PeriodInput): Promise<Outcome<BillInputs>> {
    const account = await this.sources.accounts.load(accountId);
    const period = parseBillingPeriod(name, account.timeZone);
    if (!period)
      return fail({ kind: 'invalid', code: 'statement.bad_period', detail: `${name} is not a month such as 2023-11` });
    const [teams, rules, costCenters, pools, book, priceRules, sharedPools, invoices, fxRates] = await Promise.all([
      this.sources.teams.load(accountId),
      this.sources.mappingRules.load(accountId),
      this.sources.costCenters.load(accountId),
      this.sources.pools.load(accountId, period.start, period.end),
      this.sources.prices.load(accountId, period.start, period.end),
      this.sources.priceRules.load(accountId, period.start, period.end),
      this.sources.sharedCosts.load(accountId, period.start, period.end),
      this.sources.invoices.load(accountId, period.name),
      this.fxRatesOf(account, period),
    ]);
    const ofPools = pools.flatMap(({ costRecords, purchases }) => [...costRecords, ...purchases]);
    const shared = sharedPools.flatMap(({ sharedCosts }) => sharedCosts);
    const stranger = [...ofPools, ...shared].find(({ currency }) => currency !== account.currency);
    if (stranger) {
      const detail = `a cost of pool ${stranger.pool} is in ${stranger.currency}, the account in ${account.currency}`;
      return fail({ kind: 'conflict', code: 'statement.currency_mismatch', detail });
    }
    const now = this.clock.now();
    const accruedTo = accruedUntil(period, now);
    const billed = pools.map((inputs) => spreadPool(inputs, period.start, accruedTo));
    const owners = new Owners(teams, rules);
    const costs = { pools: billed, sharedPools };
    const priced = { book, priceRules, fxRates };
    const isOver = now >= period.end;
    return succeed({ account, period, accruedTo, isOver, ...costs, ...priced, owners, costCenters, invoices });
  }

  private fxRatesOf(
    { accountId, currency }: Account,
    { start, end, timeZone }: BillingPeriod,
  ): Promise<readonly FxRate[]> {
    const first = daysBefore(dayIn(start, timeZone), FX_CARRIED_DAYS);
    return this.sources.fxRates.load(accountId, currency, first, dayIn(end - 1, timeZone));
  }
}

/** Costs of a month in progress count to the end of the charge period that runs; see `BillInputs.accruedTo`. */
function accruedUntil(period: { readonly start: EpochMs; readonly end: EpochMs }, now: EpochMs): EpochMs {
  const runningEnds = chargePeriodStart(now) + CHARGE_PERIOD_MS;
  return Math.max(period.start, Math.min(period.end, runningEnds));
}
