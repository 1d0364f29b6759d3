import { fail, type Outcome, succeed } from '#outcome';
import type { ClosedPeriods } from '#statement';
import { type Chargeback, chargebackOf } from '../domain/index.js';

export interface ExportChargebackInput {
  readonly accountId: number;
  readonly period: string;
  /** Null: all teams. */
  readonly team: string | null;
}

export const EXPORT_CHARGEBACK = Symbol('ExportChargeback');

/** Gives a period's chargeback, closed or a draft, of one team or all. */
export class ExportChargeback {
  constructor(private readonly periods: ClosedPeriods) {}

  /** Fails as `ClosedPeriods.read` does, or with `report.team_not_found` for a team that has no statement in the period. */
  async export({ accountId, period, team }: ExportChargebackInput): Promise<Outcome<Chargeback>> {
    const draft = await this.periods.read({ accountId, period });
    if (!draft.ok) return draft;
    if (team !== null && !draft.value.teams.some((statement) => statement.team === team))
      return fail({
        kind: 'not_found',
        code: 'report.team_not_found',
        detail: `${team} has no statement in ${period}`,
      });
    return succeed(chargebackOf(draft.value, team));
  }
}
