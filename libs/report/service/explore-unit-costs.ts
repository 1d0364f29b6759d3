import { precedingMonth } from '#calendar';
import { fail, type Outcome, succeed } from '#outcome';
import type { BillInputs, ExploredPeriod, ExplorePeriod, UnitCosts } from '#statement';
import { type ListOffer, listOffers } from '../domain/unit-costs/list-offers.js';
import type { UnitCostDimension } from '../domain/unit-costs/unit-cost-dimension.js';
import { UnitCostFacets } from '../domain/unit-costs/unit-cost-facets.js';
import { type UnitCostInput, type UnitCostRow, unitCostRows } from '../domain/unit-costs/unit-cost-rows.js';

export interface ExploreUnitCostsInput {
  readonly accountId: number;
  /** `2023-11` */
  readonly period: string;
  readonly by: readonly UnitCostDimension[];
  /** Only usage of these; capacity is that of all who used the pool. */
  readonly only: UnitCostInput['only'];
  /** Whether each row shall show what its tokens cost the month before. */
  readonly withPrevious: boolean;
}

/** A row, what its model costs elsewhere, and what its tokens cost the month before. */
export interface ExploredUnitCost extends UnitCostRow {
  /** Empty where the row is of several models, or nobody sells its model. */
  readonly offers: readonly ListOffer[];
  /** Null where nothing of the kind was used then, or it was not asked for. */
  readonly previous: UnitCosts | null;
}

export interface UnitCostReport {
  readonly inputs: BillInputs;
  readonly rows: readonly ExploredUnitCost[];
}

const ROWS_MAX = 10_000;

/** What tokens cost, by model, pool, team, tier, region, hour, …: computed as statements are, with what is known now. */
export class ExploreUnitCosts {
  constructor(private readonly periods: ExplorePeriod) {}

  /** Fails as `ExplorePeriod.explore` does, or with `report.too_many_rows`. */
  async explore(input: ExploreUnitCostsInput): Promise<Outcome<UnitCostReport>> {
    const explored = await this.rowsOf(input, input.period);
    if (!explored.ok) return explored;
    const { period, rows } = explored.value;
    if (rows.length > ROWS_MAX) return tooManyRows(rows.length);
    const previous = await this.previousOf(input);
    if (!previous.ok) return previous;
    const { inputs } = period;
    return succeed({
      inputs,
      rows: rows.map((row) => ({
        ...row,
        offers: offersOf(row, inputs),
        previous: previous.value.get(JSON.stringify(row.group)) ?? null,
      })),
    });
  }

  private async previousOf(input: ExploreUnitCostsInput): Promise<Outcome<ReadonlyMap<string, UnitCosts>>> {
    if (!input.withPrevious) return succeed(new Map());
    const explored = await this.rowsOf(input, precedingMonth(input.period));
    if (!explored.ok) return explored;
    return succeed(new Map(explored.value.rows.map((row) => [JSON.stringify(row.group), row.costPerMillionTokens])));
  }

  private async rowsOf(
    { accountId, by, only }: ExploreUnitCostsInput,
    period: string,
  ): Promise<Outcome<{ period: ExploredPeriod; rows: UnitCostRow[] }>> {
    const explored = await this.periods.explore(
      { accountId, period },
      (inputs) => new UnitCostFacets(by, inputs.period),
    );
    if (!explored.ok) return explored;
    const { lines, poolSlices, inputs } = explored.value;
    const rows = unitCostRows({ by, lines, poolSlices, only, periodStart: inputs.period.start });
    return succeed({ period: explored.value, rows });
  }
}

/** The offers at the begin of the row's time, for a whole month at the end of what has passed of it: the latest prices. */
function offersOf({ models, tokens, group }: UnitCostRow, { book, account, accruedTo }: BillInputs): ListOffer[] {
  const [model, ...others] = models;
  if (model === undefined || others.length > 0) return [];
  const slice = group.hour ?? group.day;
  const at = slice ? Date.parse(slice) : accruedTo - 1;
  return listOffers(book, { model, tokens, at, currency: account.currency });
}

function tooManyRows<T>(rows: number): Outcome<T> {
  const detail = `${rows.toString()} rows are more than ${ROWS_MAX.toString()}; ask by less, or for a team, model or pool`;
  return fail({ kind: 'unprocessable', code: 'report.too_many_rows', detail });
}

export const EXPLORE_UNIT_COSTS = Symbol('ExploreUnitCosts');
