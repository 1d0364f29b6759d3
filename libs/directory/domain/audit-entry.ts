import type { EpochMs } from '#calendar';

/** One change, as the database wrote it down while it was made. */
export interface AuditEntry {
  readonly auditId: string;
  readonly at: EpochMs;
  /** Who did it, as records name who did something. */
  readonly actor: string;
  /** Such as `mapping_rule.withdrawn`: the kind of the changed, and what was done. */
  readonly action: string;
  readonly kind: string;
  /** Which of its kind: a pool, a line's name, a month. */
  readonly subject: string;
  /** What held before, by column; null: nothing. Amounts are text. */
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>>;
}
