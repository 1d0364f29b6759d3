import type { EpochMs } from '#calendar';
import type { KeyedDimension } from '#metering/domain';
import { type CountName, countKey } from './claim.js';
import { amountOf, type QuotaAmount, type QuotaUsage } from './measure.js';
import type { Quota } from './quota.js';
import type { ApplicableQuota, QuotaIndex } from './quota-index.js';
import type { QuotaFacts } from './subject.js';
import { type PricingInputs, type UsedTokens, usageOf } from './usage-price.js';
import { type RecordedTokens, tokenCountsOf, type UsageRecord, unitCountsOf } from './usage-record.js';
import type { QuotaWindow } from './window.js';
import { windowAt } from './window-at.js';

/** What usage adds to one count. */
export interface CountedUsage {
  readonly quota: Quota;
  readonly name: CountName;
  readonly window: QuotaWindow;
  amount: QuotaAmount;
}

/** One event as a quota counts it. */
export interface CountedRecord {
  readonly quota: Quota;
  readonly subject: string;
  readonly tier: string;
  readonly at: EpochMs;
  readonly window: QuotaWindow;
  readonly amount: QuotaAmount;
}

export interface UsageCounterInputs {
  readonly accountId: number;
  readonly index: QuotaIndex;
  readonly pricing: PricingInputs;
  readonly dimensions: ReadonlyMap<number, KeyedDimension>;
  readonly businessUnitOf: (costCenter: string | null, at: EpochMs) => string | null;
}

const MICROS_PER_MS = 1000;

/**
 * Adds up what metered usage counts in which window of which quota. A function of the events and the definitions: the same whether
 * they are counted as they come or all over again, in any order and any parts.
 */
export class UsageCounter {
  readonly counts = new Map<string, CountedUsage>();
  /** By dimension and tags: nearly all events share theirs with others. */
  private readonly applicable = new Map<string, readonly ApplicableQuota[]>();

  constructor(private readonly inputs: UsageCounterInputs) {}

  /** `sign`: -1n takes the record out again. */
  add(record: UsageRecord, sign: 1n | -1n = 1n): void {
    for (const { quota, subject, window, amount } of this.countedBy(record))
      this.count(quota, subject, window, amount * sign);
  }

  /** What the record is for each quota that counts it. */
  countedBy(record: UsageRecord): CountedRecord[] {
    const at = Math.floor(record.occurredAt / MICROS_PER_MS);
    const dimension = this.keyed(record.text);
    let usage: QuotaUsage | undefined;
    return this.quotasFor(record, dimension, at).flatMap(({ quota, subject }) => {
      if (quota.measure === 'concurrent_requests') return [];
      const window = windowAt(quota.window, at);
      // What was over before a series began is not its business.
      if (!window || window.end <= quota.since) return [];
      usage ??= this.usageOf(record, dimension, at);
      const { serviceTier: tier } = dimension.dimension;
      return [{ quota, subject, tier, at, window, amount: amountOf(quota.measure, usage) }];
    });
  }

  private count(quota: Quota, subject: string, window: QuotaWindow, amount: QuotaAmount): void {
    if (amount === 0n) return;
    const name = { accountId: this.inputs.accountId, seriesId: quota.seriesId, subject, start: window.start };
    const key = countKey(name);
    const counted = this.counts.get(key);
    if (counted) counted.amount += amount;
    else this.counts.set(key, { quota, name, window, amount });
  }

  private usageOf({ parts, units }: UsageRecord, text: UsedTokens, at: EpochMs): QuotaUsage {
    return usageOf(
      { at, parts: [text, ...parts.map((part) => this.keyed(part))], units: unitCountsOf(units) },
      this.inputs.pricing,
    );
  }

  private keyed({ dimensionId, tokens }: RecordedTokens): UsedTokens {
    const found = this.inputs.dimensions.get(dimensionId);
    if (!found) throw new Error(`usage refers to the dimension ${dimensionId}, which is not there`);
    return { ...found, tokens: tokenCountsOf(tokens) };
  }

  private quotasFor({ tags, text }: UsageRecord, { dimension }: UsedTokens, at: EpochMs): readonly ApplicableQuota[] {
    const businessUnit = this.inputs.businessUnitOf(dimension.costCenter, at);
    const key = `${text.dimensionId} ${businessUnit ?? ''} ${tags ? JSON.stringify(tags) : ''}`;
    let found = this.applicable.get(key);
    if (!found) {
      const { serviceTier: tier, billableTags, ...rest } = dimension;
      const facts: QuotaFacts = { ...rest, businessUnit, tier, tags: { ...billableTags, ...tags } };
      found = this.inputs.index.applicable(facts);
      if (this.applicable.size >= REMEMBERED_MAX) this.applicable.clear();
      this.applicable.set(key, found);
    }
    return found;
  }
}

const REMEMBERED_MAX = 10_000;
