import type { PoolCostReader } from '#cost-record';
import { type Outcome, succeed } from '#outcome';
import type { DraftPeriod } from '#statement';
import { type Focus, type FocusVersion, focusOf, placeOf } from '../domain/index.js';
import { draftToExport, type ExportInput } from './export-input.js';

export interface ExportFocusInput extends ExportInput {
  readonly version: FocusVersion;
}

export const EXPORT_FOCUS = Symbol('ExportFocus');

/** Drafts a period and gives it as FOCUS Cost and Usage, of one team or all. */
export class ExportFocus {
  constructor(
    private readonly drafts: DraftPeriod,
    private readonly pools: PoolCostReader,
  ) {}

  /** Fails as `draftToExport` does. */
  async export(input: ExportFocusInput): Promise<Outcome<Focus>> {
    const { accountId, team, version } = input;
    const drafted = await draftToExport(this.drafts, input);
    if (!drafted.ok) return drafted;
    const draft = drafted.value;
    const { start, end } = draft.period;
    const pools = await this.pools.load(accountId, start, end);
    const places = new Map(pools.map(({ pool, costRecords }) => [pool, placeOf(costRecords)]));
    return succeed(focusOf({ draft, accountId, team, version, places }));
  }
}
