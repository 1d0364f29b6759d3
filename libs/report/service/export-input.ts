import { fail, type Outcome } from '#outcome';
import type { ClosedPeriods, DraftStatements } from '#statement';

export interface ExportInput {
  readonly accountId: number;
  readonly period: string;
  /** Null: all teams. */
  readonly team: string | null;
}

/** Fails as `ClosedPeriods.read` does, or with `report.team_not_found` for a team that has no statement in the period. */
export async function statementsToExport(
  periods: ClosedPeriods,
  input: ExportInput,
): Promise<Outcome<DraftStatements>> {
  const { accountId, period, team } = input;
  const draft = await periods.read({ accountId, period });
  if (!draft.ok || team === null || draft.value.teams.some((statement) => statement.team === team)) return draft;
  return fail({
    kind: 'not_found',
    code: 'report.team_not_found',
    detail: `${team} has no statement in ${period}`,
  });
}
