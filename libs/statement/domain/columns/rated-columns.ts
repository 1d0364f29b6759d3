import type { EpochMs } from '#calendar';
import { type KeyedDimension, USAGE_MEASURES, type UsageBlock } from '#metering/domain';
import { ruleEdges } from '#pricing/domain';
import {
  adjustmentsFor,
  type Exchange,
  type FoundPrices,
  findPrices,
  NO_PRICES,
  rateAtPrices,
  type UnitPrices,
  unitPrices,
} from '#rating/domain';
import type { BillInputs } from '../bill-inputs.js';
import type { BillSums } from '../bill-sums.js';
import { exchangeOf } from '../exchange.js';
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
  found: FoundPrices;
  /** Number of the last edge before `at` at which a price rule begins or ends. */
  epoch: number;
  /** Number of what was found in the epoch. */
  version: number;
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
  private readonly edges: readonly EpochMs[];
  private readonly exchange: Exchange;

  constructor(
    private readonly inputs: BillInputs,
    private readonly dimensions: readonly KeyedDimension[],
  ) {
    this.edges = ruleEdges(inputs.priceRules);
    this.exchange = exchangeOf(inputs);
  }

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

  private resolve(dimension: number, { version, found }: PriceQuestion, carrier: number, at: EpochMs) {
    const keyed = this.keyedAt(dimension);
    const { owners, facetOf, priceRules, account } = this.inputs;
    const owned = { ...keyed, dimension: owners.ownerOf(keyed.dimension, at) };
    const { facet, until = Number.POSITIVE_INFINITY } = facetOf?.(owned.dimension, at) ?? {};
    const costCenter = owners.costCenterOf(owned.dimension, at);
    const adjustments = adjustmentsFor(owned.dimension, costCenter, at, priceRules);
    const { team, project, model, provider, contextFrom, modality } = owned.dimension;
    const prices = unitPrices(found, { contextFrom, modality, currency: account.currency }, adjustments);
    const rules = [adjustments.discount?.priceRuleId ?? null, adjustments.markup?.priceRuleId ?? null];
    return {
      key: JSON.stringify([team, costCenter, project, model, provider, modality, version, ...rules, carrier, facet]),
      group: { keyed: owned, costCenter, prices, facet },
      until: Math.min(until, owners.ownerUntil(keyed.dimension, at)),
    };
  }

  /** The prices for a dimension in a charge period; the book is asked once a period for all that ask the same. */
  private ask(dimension: number, at: EpochMs): PriceQuestion {
    const number = (this.questionOf[dimension] ??= this.numberOf(dimension));
    const question = this.questions[number];
    if (!question) throw new RangeError('no such question');
    if (question.at !== at) this.answer(question, dimension, at);
    return question;
  }

  private answer(question: PriceQuestion, dimension: number, at: EpochMs): void {
    const { inputs, edges } = this;
    const { dimension: asked } = this.keyedAt(dimension);
    const found = findPrices(asked, at, inputs.book, { rules: inputs.priceRules, exchange: this.exchange });
    const epoch = edges.findLastIndex((edge) => edge <= at);
    question.at = at;
    const { list, contract } = question.found;
    const isSame = epoch === question.epoch && isSamePrice(list, found.list) && isSamePrice(contract, found.contract);
    if (isSame && question.version >= 0) return;
    const ids = [found.list, found.contract].flatMap((price) => [
      price?.version.priceVersionId ?? null,
      price?.tier?.priceRuleId ?? null,
      price?.fx?.fxRateId ?? null,
    ]);
    question.found = found;
    question.epoch = epoch;
    question.version = intern(
      this.versions,
      JSON.stringify([...ids, asked.contextFrom.toString(), asked.modality, epoch]),
    );
  }

  private numberOf(dimension: number): number {
    const { provider, model, serviceTier, region, contextFrom, modality } = this.keyedAt(dimension).dimension;
    const key = JSON.stringify([provider, model, serviceTier, region, contextFrom.toString(), modality]);
    const number = intern(this.questionNumbers, key);
    this.questions[number] ??= { at: Number.NaN, found: NO_PRICES, epoch: -1, version: -1 };
    return number;
  }

  private keyedAt(index: number): KeyedDimension {
    const keyed = this.dimensions[index];
    if (!keyed) throw new RangeError(`a block names dimension ${index.toString()} and does not bring it`);
    return keyed;
  }
}

function isSamePrice(a: FoundPrices['list'], b: FoundPrices['list']): boolean {
  return a?.version === b?.version && a?.tier === b?.tier && a?.fx === b?.fx;
}

function intern(numbers: Map<string, number>, key: string): number {
  const known = numbers.get(key);
  if (known !== undefined) return known;
  numbers.set(key, numbers.size);
  return numbers.size - 1;
}
