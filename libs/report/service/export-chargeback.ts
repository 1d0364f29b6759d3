import { type Outcome, succeed } from '#outcome';
import type { DraftPeriod } from '#statement';
import { chargebackOf, type StatementFile } from '../domain/index.js';
import { draftToExport, type ExportInput } from './export-input.js';

export const EXPORT_CHARGEBACK = Symbol('ExportChargeback');

/** Drafts a period and gives its chargeback, of one team or all. */
export class ExportChargeback {
  constructor(private readonly drafts: DraftPeriod) {}

  /** Fails as `draftToExport` does. */
  async export(input: ExportInput): Promise<Outcome<StatementFile>> {
    const draft = await draftToExport(this.drafts, input);
    return draft.ok ? succeed(chargebackOf(draft.value, input.team)) : draft;
  }
}
