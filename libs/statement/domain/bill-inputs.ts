import type { BillingPeriod, EpochMs } from '#calendar';
import type {
  CapacityPurchase,
  CostRecord,
  PoolPeriod,
  PoolPolicy,
  SharedCost,
  SharedPolicy,
} from '#cost-record/domain';
import type { Account, CostCenterInputs } from '#directory/domain';
import type { InvoiceInputs } from '#invoice/domain';
import type { FxRate, PriceBook, PriceRule } from '#pricing/domain';
import type { FacetOf } from './explore/facet.js';
import type { Owners } from './owners.js';

/** One pool as a bill sees it. */
export interface BilledPool {
  readonly pool: string;
  readonly policies: readonly PoolPolicy[];
  /** What it cost in each charge period in which any instance stood. Worked out when it is first asked for. */
  readonly costs: ReadonlyMap<EpochMs, PoolPeriod>;
  /** The current versions of the records and purchases that say so. */
  readonly costRecords: readonly CostRecord[];
  readonly purchases: readonly Pick<CapacityPurchase, 'purchase' | 'version'>[];
  /**
   * The same under these policies, with its costs still to be worked out, for who will forget them when it is done; absent where
   * they lie there.
   */
  readonly afresh?: (policies: readonly PoolPolicy[]) => BilledPool;
}

/** One pool of shared cost as a bill sees it. */
export interface BilledSharedPool {
  readonly pool: string;
  readonly policies: readonly SharedPolicy[];
  /** Those that touch the period. */
  readonly sharedCosts: readonly SharedCost[];
}

/** All that a bill is a function of, beside the usage. */
export interface BillInputs {
  readonly account: Account;
  readonly period: BillingPeriod;
  /**
   * Exclusive end of the time whose cost is counted: the billing period's end, for a month in progress the end of the
   * charge period that runs. Whole charge periods, so that usage of the running one is never without its cost and two
   * drafts within a quarter of an hour are the same.
   */
  readonly accruedTo: EpochMs;
  /** Whether the billing period has ended. `accruedTo` reaches its end a quarter of an hour before. */
  readonly isOver: boolean;
  /** Sorted by name. */
  readonly pools: readonly BilledPool[];
  /** Sorted by name; no name is among `pools`. */
  readonly sharedPools: readonly BilledSharedPool[];
  readonly book: PriceBook;
  /** Those that may hold in the period, by id. */
  readonly priceRules: readonly PriceRule[];
  /** To the account's currency, those that may hold on a day of the period. */
  readonly fxRates: readonly FxRate[];
  readonly owners: Owners;
  /** Decide no amount: months are rolled up by them. */
  readonly costCenters: readonly CostCenterInputs[];
  readonly invoices: InvoiceInputs;
  /**
   * Left out for statements. Tells lines further apart; each part of a line is rounded by itself, which may move some picos where
   * a price is multiplied, converted or follows the volume.
   */
  readonly facetOf?: FacetOf;
}
