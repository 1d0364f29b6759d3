import type { MappingRule } from '../domain/index.js';

/** All rules of an account that count, in any order. */
export interface MappingRuleReader {
  load(accountId: number): Promise<readonly MappingRule[]>;
}

export const MAPPING_RULE_READER = Symbol('MappingRuleReader');
