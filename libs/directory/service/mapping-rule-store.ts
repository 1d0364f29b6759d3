import type { EpochMs } from '#calendar';
import type { Failure, Outcome } from '#outcome';
import type { MappingRule } from '../domain/index.js';

/** What a rule says, before it is stored. */
export interface MappingRuleDraft extends Omit<MappingRule, 'mappingRuleId' | 'version'> {
  readonly reason: string;
}

export interface RecordedMappingRule extends MappingRule {
  readonly state: 'current' | 'superseded' | 'withdrawn';
  readonly reason: string;
  readonly recordedAt: EpochMs;
  readonly recordedBy: string | null;
}

/** Who says something about rules, and when. */
export interface RuleAuthor {
  readonly accountId: number;
  readonly recordedAt: EpochMs;
  readonly recordedBy: string | null;
}

/** How many rules were new, differed from what was known and got a new version, or were known as they are. */
export interface StoredRules {
  readonly created: number;
  readonly corrected: number;
  readonly unchanged: number;
}

export interface MappingRulePage {
  readonly accountId: number;
  /** Versions with a greater id. */
  readonly after: string | undefined;
  readonly limit: number;
}

/** Rules that count; every bill looks through them. */
export const MAPPING_RULES_MAX = 1_000;

export interface MappingRuleStore {
  /**
   * All in one transaction; no two drafts have the same match, tag key, pattern and start. Undefined, having stored none, when
   * more than `MAPPING_RULES_MAX` of the account's rules would count.
   */
  store(author: RuleAuthor, drafts: readonly MappingRuleDraft[]): Promise<StoredRules | undefined>;
  /** By id. */
  list(page: MappingRulePage): Promise<readonly RecordedMappingRule[]>;
  /**
   * Adds a version that withdraws what this version says, unless `refusal` has something against it, and answers the
   * added one. Undefined: there is no such version.
   */
  withdraw(
    author: RuleAuthor,
    mappingRuleId: string,
    reason: string,
    refusal: (rule: RecordedMappingRule) => Failure | undefined,
  ): Promise<Outcome<RecordedMappingRule> | undefined>;
}
