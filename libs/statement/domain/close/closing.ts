import type { EpochMs } from '#calendar';

/** What would hold a close and can be accepted, by name and with a reason that the close keeps. */
export const ACCEPTABLE_CHECKS = [
  'earlier_usage',
  'nothing_to_bill',
  'events_waiting',
  'quarantine_open',
  'unpriced_usage',
  'unattributed_cost',
  'missing_cost',
  'cost_jump',
  'unreconciled_invoice',
  'unmatched_invoice',
  'open_dispute',
] as const;
export type AcceptableCheck = (typeof ACCEPTABLE_CHECKS)[number];

/** What holds a close instead of letting a wrong statement out. No reason sets aside that the month is not over. */
export type CloseCheck = 'period_not_over' | AcceptableCheck;

export interface CloseFinding {
  readonly check: CloseCheck;
  readonly detail: string;
  readonly acceptable: boolean;
}

export type AcceptedFinding = Pick<CloseFinding, 'check' | 'detail'>;

/** That and how a billing period was closed. */
export interface Closing {
  /** Counts the account's closes from 1: its place in their chain. */
  readonly closeNumber: number;
  readonly closedAt: EpochMs;
  readonly closedBy: string;
  /** Null until the statements are issued. */
  readonly issuedAt: EpochMs | null;
  readonly issuedBy: string | null;
  /** Findings that would have held the close and were accepted, and why. */
  readonly accepted: readonly AcceptedFinding[];
  readonly reason: string | null;
  /** SHA-256 over the close and the one before it, hexadecimal. */
  readonly hash: string;
  readonly previousHash: string | null;
}
