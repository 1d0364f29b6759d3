import type { PoolCostReader } from '#cost-record';
import { type Outcome, succeed } from '#outcome';
import type { ClosedPeriods } from '#statement';
import { type Focus, type FocusVersion, focusOf, placeOf } from '../domain/index.js';
import { type ExportInput, statementsToExport } from './export-input.js';

export interface ExportFocusInput extends ExportInput {
  readonly version: FocusVersion;
}

export const EXPORT_FOCUS = Symbol('ExportFocus');

/** Gives a period, closed or a draft, as FOCUS Cost and Usage, of one team or all. */
export class ExportFocus {
  constructor(
    private readonly periods: ClosedPeriods,
    private readonly pools: PoolCostReader,
  ) {}

  /** Fails as `statementsToExport` does. */
  async export(input: ExportFocusInput): Promise<Outcome<Focus>> {
    const { accountId, team, version } = input;
    const drafted = await statementsToExport(this.periods, input);
    if (!drafted.ok) return drafted;
    const draft = drafted.value;
    const { start, end } = draft.period;
    const pools = await this.pools.load(accountId, start, end);
    const places = new Map(pools.map(({ pool, costRecords }) => [pool, placeOf(costRecords)]));
    return succeed(focusOf({ draft, accountId, team, version, places }));
  }
}
