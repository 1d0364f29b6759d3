import type { EpochMs } from '#calendar';
import type { Picos } from '#money';

/** What comes of a dispute: the line is wrong, it is right, or it is wrong and what it was made from will be put right. */
export const RESOLUTIONS = ['upheld', 'rejected', 'will_correct'] as const;
export type Resolution = (typeof RESOLUTIONS)[number];

/** How a line stands that somebody said something of: what was said last. */
export type ReviewState = 'open' | 'answered' | 'acknowledged';

/** What a line showed to whom said something of it. */
export interface ShownAmount {
  /** Null: on a draft. */
  readonly closeNumber: number | null;
  readonly currency: string;
  readonly effective: Picos | null;
  /** Minor units of the currency. */
  readonly billed: bigint | null;
}

/** Something said of a line of a statement. */
export interface LineReview {
  readonly lineId: string;
  /** The month on whose statement the line stands. */
  readonly period: string;
  readonly team: string;
  readonly at: EpochMs;
  readonly by: string;
  readonly shown: ShownAmount;
}

export interface Acknowledgement extends LineReview {
  readonly comment: string | null;
}

export interface DisputeAnswer {
  readonly comment: string;
  readonly resolution: Resolution;
  readonly at: EpochMs;
  readonly by: string;
}

export interface Dispute extends LineReview {
  readonly disputeId: string;
  readonly comment: string;
  /** Null: it is open. */
  readonly answer: DisputeAnswer | null;
}
