import type { EpochMs } from '#calendar';
import { type KeyedDimension, USAGE_MEASURES, type UsageBlock } from '#metering/domain';
import type { ApplicablePrices } from '#pricing/domain';
import { rateAtPrices, type UnitPrices, unitPrices } from '#rating/domain';
import type { BillInputs } from '../bill-inputs.js';
import type { BillSums } from '../bill-sums.js';
import { CellGroups } from './cell-groups.js';
import { totalMeasures, UsageCells } from './usage-cells.js';

const { count: STRIDE, tokens: INPUT_UNCACHED } = USAGE_MEASURES;

/** Rows that one price covers: they are summed first and rated once, for rating is linear in them. */
interface RatedGroup {
  readonly keyed: KeyedDimension;
  readonly costCenter: string | null;
  readonly prices: UnitPrices;
  readonly facet: string | undefined;
}

/** A question to the price book that several dimensions ask, and the answer for the charge period at hand. */
interface PriceQuestion {
  at: EpochMs;
  found: ApplicablePrices | undefined;
  /** Number and value of the unit prices that were found. */
  version: number;
  prices: UnitPrices;
}

/** Rates usage that a provider bills, block by block: sums per owner and price, multiplied once at the end. */
export class RatedColumns {
  private readonly groups = new CellGroups<RatedGroup>();
  private readonly cells = new UsageCells();
  private readonly totals = new Float64Array(STRIDE);
  private readonly questions: PriceQuestion[] = [];
  private readonly questionNumbers = new Map<string, number>();
  private readonly questionOf: number[] = [];
  private readonly versions = new Map<string, number>();

  constructor(
    private readonly inputs: BillInputs,
    private readonly dimensions: readonly KeyedDimension[],
  ) {}

  /** Takes rows of one charge period; false, having taken none, when they do not fit doubles. */
  bill(chargePeriod: EpochMs, block: UsageBlock, rows: readonly number[]): boolean {
    if (!totalMeasures(block, rows, this.totals)) return false;
    for (const row of rows) {
      const dimension = block.dimensions[row] ?? 0;
      const question = this.ask(dimension, chargePeriod);
      // Rows with and without the tokens that carry requests are rated apart; see `rateAtPrices`.
      const carrier = (block.measures[row * STRIDE + INPUT_UNCACHED] ?? 0) > 0 ? 1 : 0;
      const group = this.groups.find(dimension * 2 + carrier, question.version, chargePeriod, () =>
        this.resolve(dimension, question, carrier, chargePeriod),
      );
      this.cells.add(group, block, row);
    }
    return true;
  }

  flush(sums: BillSums): void {
    const { account, owners } = this.inputs;
    const context = { currency: account.currency, isKnownTeam: owners.isKnownTeam };
    this.groups.list.forEach(({ keyed, costCenter, prices, facet }, group) => {
      const none = { inferenceMicros: 0n, prefillMicros: 0n, decodeMicros: 0n, untimedRequests: 0n, units: {} };
      const usage = { requests: this.cells.requests(group), tokens: this.cells.tokens(group), ...none };
      const row = { ...keyed, chargePeriod: this.inputs.period.start, ...usage };
      for (const charge of rateAtPrices(row, prices, context)) sums.addCharge(charge, costCenter, facet);
    });
  }

  private resolve(dimension: number, { version, prices }: PriceQuestion, carrier: number, at: EpochMs) {
    const keyed = this.dimensions[dimension];
    if (!keyed) throw new RangeError(`a block names dimension ${dimension.toString()} and does not bring it`);
    const { owners, facetOf } = this.inputs;
    const { facet, until = Number.POSITIVE_INFINITY } = facetOf?.(keyed.dimension, at) ?? {};
    const costCenter = owners.costCenterOf(keyed.dimension, at);
    const { team, project, model, provider, modality } = keyed.dimension;
    return {
      key: JSON.stringify([team, costCenter, project, model, provider, modality, version, carrier, facet]),
      group: { keyed, costCenter, prices, facet },
      until: Math.min(until, owners.costCenterUntil(keyed.dimension, at)),
    };
  }

  /** The unit prices for a dimension in a charge period; the book is asked once a period for all that ask the same. */
  private ask(dimension: number, at: EpochMs): PriceQuestion {
    const number = (this.questionOf[dimension] ??= this.numberOf(dimension));
    const question = this.questions[number];
    if (!question) throw new RangeError('no such question');
    if (question.at !== at) this.answer(question, dimension, at);
    return question;
  }

  private answer(question: PriceQuestion, dimension: number, at: EpochMs): void {
    question.at = at;
    const { provider, model, serviceTier, region, contextFrom, modality } = this.dimensionAt(dimension);
    const found = provider === null ? NO_PRICES : this.inputs.book.find({ provider, model, serviceTier, region, at });
    if (question.found?.list === found.list && question.found?.contract === found.contract && question.version >= 0)
      return;
    const ids = [found.list?.priceVersionId ?? null, found.contract?.priceVersionId ?? null];
    question.found = found;
    question.version = intern(this.versions, JSON.stringify([...ids, contextFrom.toString(), modality]));
    question.prices = unitPrices(found, { contextFrom, modality, currency: this.inputs.account.currency });
  }

  private numberOf(dimension: number): number {
    const { provider, model, serviceTier, region, contextFrom, modality } = this.dimensionAt(dimension);
    const key = JSON.stringify([provider, model, serviceTier, region, contextFrom.toString(), modality]);
    const number = intern(this.questionNumbers, key);
    this.questions[number] ??= {
      at: Number.NaN,
      found: undefined,
      version: -1,
      prices: unitPrices(NO_PRICES, { contextFrom, modality, currency: this.inputs.account.currency }),
    };
    return number;
  }

  private dimensionAt(index: number) {
    const keyed = this.dimensions[index];
    if (!keyed) throw new RangeError(`a block names dimension ${index.toString()} and does not bring it`);
    return keyed.dimension;
  }
}

const NO_PRICES: ApplicablePrices = { list: undefined, contract: undefined };

function intern(numbers: Map<string, number>, key: string): number {
  const known = numbers.get(key);
  if (known !== undefined) return known;
  numbers.set(key, numbers.size);
  return numbers.size - 1;
}
