import type { EpochMs } from '#calendar';
import type { Picos } from '#money';

/** The current version of a shared cost: an amount that accrues evenly to a shared pool over [validFrom, validTo). */
export interface SharedCost {
  readonly sharedCostId: string;
  readonly version: number;
  readonly pool: string;
  /** What it is for. */
  readonly description: string;
  /** Who is paid; null where nobody is named, such as for staff. */
  readonly vendor: string | null;
  readonly validFrom: EpochMs;
  /** Exclusive. */
  readonly validTo: EpochMs;
  /** Of all the time; below zero for a credit. Zero withdraws the cost. */
  readonly amount: Picos;
  /** The same at public prices; the amount itself unless another was said. */
  readonly listAmount: Picos;
  readonly currency: string;
}
