import type { CapacityPurchase, CostRecord, PoolPolicy } from '#cost-record/domain';
import type { Picos } from '#money';
import type { PriceVersion } from '#pricing/domain';
import type { CorrectionEvidence } from '../close/correction-evidence.js';
import type { LineAmounts, StatementLine } from '../line.js';
import type { Rounding } from './explain-rounding.js';
import type { ExplainedCharge } from './explained-charge.js';
import type { SettlementPart } from './trace-settlements.js';

/** What one record is of a pool's cost in a charge period. */
export interface CostSource {
  readonly record: CostRecord;
  readonly effective: Picos;
}

/** A charge with the records that make up what the pool cost. */
export interface SourcedCharge extends ExplainedCharge {
  /** The nth entry of its charge period. */
  readonly ordinal: number;
  readonly sources: readonly CostSource[];
  /** What was bought for a term; it covers what records say ran, so that no record has a part of its own then. */
  readonly purchases: readonly Pick<CapacityPurchase, 'purchase' | 'version'>[];
  /** What of the pool's cost is from none of the sources: purchases, or records beyond the number that is shown. */
  readonly otherSources: Picos;
}

/** What charges come to; see `LineAmounts`. */
export interface ChargedSum extends Pick<LineAmounts, 'requests' | 'quantity' | 'list' | 'effective'> {
  readonly entries: number;
  readonly setAside: Picos;
}

/** Whether the parts make the line. They come from two ways of billing, so this is more than a sum. */
export interface SumCheck {
  readonly charged: Picos;
  readonly settled: Picos;
  readonly line: Picos;
  /** Charged and settled less the line: zero, or the bill is wrong. */
  readonly difference: Picos;
}

/** How a line of a month's own comes about, as its inputs are now. */
export interface OwnExplanation {
  /** The line as it would be billed now; null where a closed line would be none any more. */
  readonly now: StatementLine | null;
  readonly policy: PoolPolicy | null;
  readonly prices: readonly PriceVersion[];
  /** In the order of their charge periods, those of the page that was asked for. */
  readonly charges: readonly SourcedCharge[];
  /** Of all charges, also those on other pages. */
  readonly charged: ChargedSum;
  readonly settlements: readonly SettlementPart[];
  readonly check: SumCheck;
  /** Null where the cost is not known. */
  readonly rounding: Rounding | null;
}

/** The amounts of a line at one time. */
export type Compared = Pick<StatementLine, 'requests' | 'quantity' | 'list' | 'effective' | 'billed'>;

/** Where a correction of a line stands. */
export interface LineCorrection extends Compared {
  /** The month on whose statement; null: on the draft of the one that is open. */
  readonly period: string | null;
}

/** A closed line and what was learned since: the line and its corrections sum to what it is now. */
export interface SinceClose {
  readonly closed: Compared;
  readonly corrections: readonly LineCorrection[];
  readonly now: Compared;
}

/** How a line that corrects a closed month comes about: `before + line = after`, in every amount. */
export interface CorrectionExplanation {
  /** Of the corrected month, the name of the line: its explanation says how `after` came about. */
  readonly lineId: string;
  readonly before: Compared;
  readonly after: Compared;
  readonly evidence: CorrectionEvidence;
}

export interface LineExplanation {
  readonly period: string;
  readonly currency: string;
  readonly state: 'draft' | 'closed' | 'issued';
  /** As it stands on the statement; of a closed month without it, as it would be billed now. */
  readonly line: StatementLine;
  /** Null for a line that corrects a closed month. */
  readonly own: OwnExplanation | null;
  readonly correction: CorrectionExplanation | null;
  /** Null for a draft, and for a line that no close has. */
  readonly sinceClose: SinceClose | null;
}
