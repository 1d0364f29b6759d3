import { type Outcome, succeed } from '#outcome';
import type { ClosedPeriods } from '#statement';
import { chargebackOf, type StatementFile } from '../domain/index.js';
import { type ExportInput, statementsToExport } from './export-input.js';

export const EXPORT_CHARGEBACK = Symbol('ExportChargeback');

/** Gives a period's chargeback, closed or a draft, of one team or all. */
export class ExportChargeback {
  constructor(private readonly periods: ClosedPeriods) {}

  /** Fails as `statementsToExport` does. */
  async export(input: ExportInput): Promise<Outcome<StatementFile>> {
    const draft = await statementsToExport(this.periods, input);
    return draft.ok ? succeed(chargebackOf(draft.value, input.team)) : draft;
  }
}
