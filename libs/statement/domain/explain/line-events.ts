import type { StatementLine } from '../line.js';
import type { CountedEvent, LineCounts } from './counted-event.js';

/**
 * Why a line has no events: it is not of usage, or nothing that is known now is billed on it. `not_usage`: capacity that
 * nobody used, shared cost, an adjustment, a share that was agreed.
 */
export type NoEvents = 'not_usage' | 'not_billed_now';

/** The events behind a line, as they are now. */
export interface LineEvents {
  /** The month on whose statement the line stands. */
  readonly period: string;
  readonly state: 'draft' | 'closed' | 'issued';
  readonly line: StatementLine;
  /** The month in which the events are: of a line that corrects a closed one, that month. */
  readonly usagePeriod: string;
  /** What the line counts; of a correction, what it takes the closed line to. */
  readonly counted: LineCounts;
  /** What all of its events come to now, those of other pages too. */
  readonly now: LineCounts;
  readonly reason: NoEvents | null;
  /** Those of the page that was asked for, by time, then by identity. */
  readonly events: readonly CountedEvent[];
}
