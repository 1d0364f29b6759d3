import type { StatementPages } from '#statement/domain';

/** Statements to write, of one team or of all. */
export interface ExportSource {
  readonly statements: StatementPages;
  /** Null: all teams. */
  readonly team: string | null;
}
