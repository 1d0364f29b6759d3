import type { BillingPeriod, EpochMs } from '#calendar';
import type { PoolKind } from '#cost-record/domain';
import type { Picos } from '#money';
import type { ChargeKind } from '#rating/domain';
import type { TokenCounts } from '#token';
import type { BusinessUnit } from './business-unit.js';
import type { Closing } from './close/closing.js';
import type { StatementLine } from './line.js';
import type { UnitCosts } from './unit-cost.js';

/** Sums of lines whose cost is known. */
export interface CostTotals {
  /** Null when the list price of any of the lines is not known. */
  readonly list: Picos | null;
  readonly effective: Picos;
  /** Minor units of the account's currency. */
  readonly billed: bigint;
}

/** Usage whose cost is not known: to be put right by a price or a cost record, never billed as nothing. */
export interface UnpricedTotals {
  readonly lines: number;
  readonly requests: bigint;
  readonly tokens: bigint;
}

export interface UsageTotals {
  readonly requests: bigint;
  readonly tokens: TokenCounts;
}

/** What any set of lines comes to. */
export interface Summary {
  readonly total: CostTotals;
  /** What of the total corrects closed months. All below is of the month's own lines. */
  readonly corrections: CostTotals;
  readonly byKind: Readonly<Record<Exclude<ChargeKind, 'unpriced'>, CostTotals>>;
  readonly unpriced: UnpricedTotals;
  readonly usage: UsageTotals;
  readonly costPerMillionTokens: UnitCosts;
}

/** One model on one pool or from one provider. */
export interface ModelSummary extends Summary {
  readonly model: string;
  readonly pool: string | null;
  readonly provider: string | null;
}

export interface TeamStatement extends Summary {
  readonly team: string;
  /** Whether the directory knows the team. */
  readonly known: boolean;
  readonly models: readonly ModelSummary[];
  readonly lines: readonly StatementLine[];
}

/** What a pool cost, by each of the ways of counting that must not be mixed up. */
export interface PoolCost {
  /** At public prices; null when not known of all of its capacity. */
  readonly list: Picos | null;
  /** At negotiated prices, before what commitments save; null likewise. */
  readonly contracted: Picos | null;
  /** Cash: what fell due in the period. Null for a month that was closed before it was kept. */
  readonly invoiced: Picos | null;
  /** With what was paid at once amortised; what lines charge. */
  readonly effective: Picos;
  /** What of each of these, but for `list`, its invoices say beyond its records. */
  readonly adjusted: Picos;
  /** The effective cost in minor units. */
  readonly billed: bigint;
}

/** What a pool cost as a whole, without what is rounded. */
export interface PoolCosts extends Omit<PoolCost, 'billed'> {
  readonly pool: string;
}

/** Where a pool's cost went. */
export interface PoolSummary extends Summary {
  readonly pool: string;
  readonly kind: PoolKind;
  /** What its instances or its shared costs came to; null when no record or purchase covers any of the period. */
  readonly cost: PoolCost | null;
  /** Cost less all that stands on lines. Zero, or the bill is wrong. */
  readonly unexplained: Picos;
  readonly paidInstanceNanos: bigint;
  /** Used by paid capacity, a decimal; above 1 where the profile is too pessimistic. Null when the basis cannot know. */
  readonly utilization: string | null;
  /** Requests without inference seconds: they weigh nothing under `inference_time`. */
  readonly untimedRequests: bigint;
}

export interface ProviderSummary extends Summary {
  readonly provider: string;
}

/**
 * A billing period's statements. Drafts say what is known now and are computed anew each time; closed ones are kept as they
 * were closed.
 */
export interface DraftStatements {
  /** Null: a draft. */
  readonly closing: Closing | null;
  readonly account: string;
  readonly currency: string;
  readonly period: BillingPeriod;
  /** Exclusive end of the time whose cost is counted; before the period's end while the month is in progress. */
  readonly accruedTo: EpochMs;
  /** By which the month rolls up, as it ends. */
  readonly businessUnits: readonly BusinessUnit[];
  readonly summary: Summary;
  /** Sorted by name. */
  readonly teams: readonly TeamStatement[];
  readonly pools: readonly PoolSummary[];
  readonly providers: readonly ProviderSummary[];
  readonly models: readonly ModelSummary[];
}

export type StatementState = 'draft' | 'closed' | 'issued';

export function stateOf({ closing }: Pick<DraftStatements, 'closing'>): StatementState {
  if (!closing) return 'draft';
  return closing.issuedAt === null ? 'closed' : 'issued';
}
