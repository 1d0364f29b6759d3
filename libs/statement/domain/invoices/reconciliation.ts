import type { ReconciliationPolicy } from '#invoice/domain';
import type { Picos } from '#money';

/**
 * How a party stands. `matched`: what was metered and invoiced is the same, within the party's tolerance. `differs`: it is not.
 * `missing_invoice`: metered and not invoiced.
 */
export type ReconciliationState = 'matched' | 'differs' | 'missing_invoice';

/** A pool, or a provider as the price book calls it. */
export interface Party {
  /** `pool:h100` or `provider:openai`. */
  readonly party: string;
  readonly pool: string | null;
  readonly provider: string | null;
}

/** One model of a party whose invoice lines name models, or rules do for them. */
export interface ModelReconciliation {
  /** Null: lines that name none, and metered cost without a model. */
  readonly model: string | null;
  readonly metered: Picos;
  readonly invoiced: Picos;
}

/** What a party was metered in a month, and what its invoices say. */
export interface PartyReconciliation extends Party {
  /** The cost on its lines before anything was trued up. */
  readonly metered: Picos;
  /** Minor units; null without any invoice. */
  readonly invoiced: bigint | null;
  /** Invoiced less metered, in minor units. */
  readonly difference: bigint | null;
  /** The difference by what was metered, in hundredths of a per cent, half-even; null where nothing was. */
  readonly differenceBasisPoints: bigint | null;
  readonly state: ReconciliationState;
  /** Null where nothing was said: `hold`, without a tolerance. */
  readonly policy: ReconciliationPolicy | null;
  /**
   * Whether lines are brought to the invoices: by the policy `true_up` or `shared_pool`, once the month is over and an invoice came. Also where
   * nothing is to add in all, for of each way that a provider is spelled there may be something.
   */
  readonly isTruedUp: boolean;
  /** What true-up adds to the metered cost. */
  readonly adjusted: Picos;
  /** Empty where nothing tells the party's invoice lines by model. */
  readonly models: readonly ModelReconciliation[];
}

/** Invoice lines that no rule and no metered cost says whose they are. */
export interface UnmatchedInvoice {
  readonly provider: string;
  readonly subAccount: string | null;
  readonly sku: string | null;
  readonly lines: number;
  /** Minor units. */
  readonly invoiced: bigint;
}

/** A month's own lines against its invoices. */
export interface MonthReconciliation {
  /** In the order of their keys. */
  readonly parties: readonly PartyReconciliation[];
  readonly unmatched: readonly UnmatchedInvoice[];
  /** What rules say is the platform's own, in minor units: charged to nobody. */
  readonly platformOwn: bigint;
  /** Minor units; charged to nobody either. */
  readonly tax: bigint;
}

/** A closed month against what is known of its invoices now. */
export interface ClosedReconciliation {
  readonly period: string;
  readonly reconciliation: MonthReconciliation;
}

export const NOTHING_RECONCILED: MonthReconciliation = { parties: [], unmatched: [], platformOwn: 0n, tax: 0n };
