import type { EpochMs } from '#calendar';
import type { UsageSnapshots } from '#metering';
import { fail, type Outcome, succeed } from '#outcome';
import {
  type BillInputs,
  ExploredSums,
  type FacetOf,
  type LineAmounts,
  type LineFields,
  type PoolSlice,
  settleAll,
} from '../domain/index.js';
import type { DraftPeriod } from './draft-period.js';
import type { LoadBillInputs, PeriodInput } from './load-bill-inputs.js';
import { Turns } from './turns.js';

/** By what a month is told apart beyond the fields of lines. */
export interface Facets {
  readonly facetOf: FacetOf;
  /** Names the slice of time that a charge period belongs to. */
  readonly sliceOf: (chargePeriod: EpochMs) => EpochMs;
}

/** A month as it would be billed now, not rounded, told apart by facets. */
export interface ExploredPeriod {
  readonly inputs: BillInputs;
  readonly lines: readonly (LineFields & LineAmounts)[];
  readonly poolSlices: readonly PoolSlice[];
}

/** Exploring bills a whole month; one at a time leaves room for statements. */
const AT_ONCE = 1;
/** Sums that are held in memory, at some hundred bytes each. */
const FACETS_MAX = 100_000;

class TooManyFacets extends Error {}

/**
 * Bills a month with its lines told further apart. The same rules as of statements, so that all of it sums to what these say: to
 * the pico but for rated usage whose price is multiplied, converted or follows the volume, whose parts are rounded each.
 */
export class ExplorePeriod {
  private readonly turns = new Turns(AT_ONCE);

  constructor(
    private readonly inputs: LoadBillInputs,
    private readonly drafts: DraftPeriod,
    private readonly snapshots: UsageSnapshots,
  ) {}

  /**
   * Fails as `LoadBillInputs.load` does, with `statement.busy`, or with `statement.too_many_facets` where usage would be told
   * apart into more sums than can be held.
   */
  explore(input: PeriodInput, facetsFor: (inputs: BillInputs) => Facets): Promise<Outcome<ExploredPeriod>> {
    return this.turns.take(async () => {
      const loaded = await this.inputs.load(input);
      if (!loaded.ok) return loaded;
      const { facetOf, sliceOf } = facetsFor(loaded.value);
      const inputs: BillInputs = { ...loaded.value, facetOf: bounded(facetOf) };
      const sums = new ExploredSums(inputs.account.platformTeam, sliceOf);
      try {
        await this.snapshots.hold((snapshot) => this.drafts.fold(inputs, sums, snapshot));
      } catch (error) {
        if (error instanceof TooManyFacets) return tooMany();
        throw error;
      }
      settleAll(sums, inputs);
      return succeed({ inputs, lines: sums.lines(), poolSlices: sums.poolSlices() });
    });
  }
}

/** Counts what is told apart, whether it comes dimension by dimension or charge by charge. */
function bounded(facetOf: FacetOf): FacetOf {
  const apart = new Set<string>();
  return (dimension, at) => {
    const facet = facetOf(dimension, at);
    const { team, project, model, provider, pool } = dimension ?? {};
    apart.add(JSON.stringify([team, project, model, provider, pool, facet.facet]));
    if (apart.size > FACETS_MAX) throw new TooManyFacets();
    return facet;
  };
}

function tooMany<T>(): Outcome<T> {
  const detail = `the month has more than ${FACETS_MAX.toString()} parts when it is told apart so; ask by day instead of hour, or by less`;
  return fail({ kind: 'unprocessable', code: 'statement.too_many_facets', detail });
}

export const EXPLORE_PERIOD = Symbol('ExplorePeriod');
