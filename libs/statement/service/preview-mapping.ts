import type { MappingRules } from '#directory';
import type { UsageSnapshots } from '#metering';
import { type ImportRow, type Outcome, succeed } from '#outcome';
import { linesOf, type MovedCost, movedCosts } from '../domain/index.js';
import type { DraftPeriod } from './draft-period.js';
import type { LoadBillInputs, PeriodInput } from './load-bill-inputs.js';
import { Turns } from './turns.js';

/** What of a month rules would move. */
export interface MappingPreview {
  readonly period: string;
  readonly currency: string;
  readonly moves: readonly MovedCost[];
}

export const PREVIEW_MAPPING = Symbol('PreviewMapping');

/**
 * Bills a month as it is and as it would be under proposed rules, and tells whose cost would be another. Of a closed month it
 * is what its corrections would come to on this account. Nothing is stored.
 */
export class PreviewMapping {
  private readonly turns = new Turns(1);

  constructor(
    private readonly inputs: LoadBillInputs,
    private readonly drafts: DraftPeriod,
    private readonly rules: MappingRules,
    private readonly snapshots: UsageSnapshots,
  ) {}

  /** Fails as `MappingRules.import` and `LoadBillInputs.load` do, or with `statement.busy`. */
  preview(input: PeriodInput, rows: readonly ImportRow[]): Promise<Outcome<MappingPreview>> {
    return this.turns.take(async () => {
      const proposed = await this.rules.proposed(input.accountId, rows);
      if (!proposed.ok) return proposed;
      const loaded = await this.inputs.load(input);
      if (!loaded.ok) return loaded;
      const now = loaded.value;
      const then = { ...now, owners: now.owners.withRules(proposed.value) };
      const [before, after] = await this.snapshots.hold(async (snapshot) => [
        await this.drafts.draftOf(now, snapshot),
        await this.drafts.draftOf(then, snapshot),
      ]);
      const moves = movedCosts(linesOf(before), linesOf(after), now.owners.isKnownTeam);
      return succeed({ period: now.period.name, currency: now.account.currency, moves });
    });
  }
}
