import type { EpochMs } from '#calendar';
import type { Failure, Outcome } from '#outcome';
import type { PriceRule, PriceRuleKind } from '../domain/index.js';
import type { StoredPrices } from './price-store.js';

/** What a rule says, before it is stored. */
export type PriceRuleDraft = Omit<PriceRule, 'priceRuleId' | 'version'>;

export interface RecordedPriceRule extends PriceRule {
  readonly state: 'current' | 'superseded' | 'withdrawn';
  readonly recordedAt: EpochMs;
  readonly recordedBy: string | null;
}

export interface PriceRulePage {
  readonly accountId: number;
  readonly kind: PriceRuleKind | undefined;
  /** Only rules in force then. */
  readonly at: EpochMs | undefined;
  /** Versions with a greater id. */
  readonly after: string | undefined;
  readonly limit: number;
}

export interface StorePriceRulesInput {
  readonly accountId: number;
  /** No two with the same natural key. */
  readonly rules: readonly PriceRuleDraft[];
  readonly recordedAt: EpochMs;
  readonly recordedBy: string | null;
}

export interface WithdrawPriceRuleInput {
  readonly accountId: number;
  readonly priceRuleId: string;
  readonly recordedAt: EpochMs;
  readonly recordedBy: string | null;
}

export interface PriceRuleStore {
  /** All in one transaction; undefined, having stored none, when the account would have more than `PRICE_RULES_MAX`. */
  store(input: StorePriceRulesInput): Promise<StoredPrices | undefined>;
  /**
   * Adds a version that withdraws what this version says, unless `refusal` has something against it, and answers the
   * added one. Undefined: there is no such version.
   */
  withdraw(
    input: WithdrawPriceRuleInput,
    refusal: (rule: RecordedPriceRule) => Failure | undefined,
  ): Promise<Outcome<RecordedPriceRule> | undefined>;
  /** By id. */
  list(page: PriceRulePage): Promise<readonly RecordedPriceRule[]>;
}

/** Rules of an account that count: each priced dimension looks through them whenever one begins or ends. */
export const PRICE_RULES_MAX = 1000;

/** Loads the rules that may hold in [start, end), by id. */
export interface PriceRuleReader {
  load(accountId: number, start: EpochMs, end: EpochMs): Promise<readonly PriceRule[]>;
}
