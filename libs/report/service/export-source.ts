import { fail, type Outcome, succeed } from '#outcome';
import type { ClosedPeriods } from '#statement';
import type { ExportSource } from '../domain/index.js';

export interface ExportInput {
  readonly accountId: number;
  readonly period: string;
  /** Null: all teams. */
  readonly team: string | null;
}

/** Fails as `ClosedPeriods.pages` does, or with `report.team_not_found` for a team that has no statement in the period. */
export async function sourceOf(periods: ClosedPeriods, input: ExportInput): Promise<Outcome<ExportSource>> {
  const { accountId, period, team } = input;
  const statements = await periods.pages({ accountId, period });
  if (!statements.ok) return statements;
  const source = { statements: statements.value, team };
  if (team === null || (await hasLines(source))) return succeed(source);
  return fail({
    kind: 'not_found',
    code: 'report.team_not_found',
    detail: `${team} has no statement in ${period}`,
  });
}

async function hasLines({ statements, team }: ExportSource): Promise<boolean> {
  for await (const page of statements.lines(team)) if (page.length > 0) return true;
  return false;
}
