import { fail, type Outcome, succeed } from '#outcome';
import type { DraftPeriod } from '#statement';
import { type Chargeback, chargebackOf } from '../domain/index.js';

export interface ExportChargebackInput {
  readonly accountId: number;
  readonly period: string;
  /** Null: all teams. */
  readonly team: string | null;
}

export const EXPORT_CHARGEBACK = Symbol('ExportChargeback');

/** Drafts a period and gives its chargeback, of one team or all. */
export class ExportChargeback {
  constructor(private readonly drafts: DraftPeriod) {}

  /** Fails as `DraftPeriod.draft` does, or with `report.team_not_found` for a team that has no statement in the period. */
  async export({ accountId, period, team }: ExportChargebackInput): Promise<Outcome<Chargeback>> {
    const draft = await this.drafts.draft({ accountId, period });
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
