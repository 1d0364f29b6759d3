import type { EpochMs } from '#calendar';

/** What of usage a rule looks at, in the order in which rules go before each other. */
export const MAPPING_MATCHES = ['api_key', 'tag', 'user', 'source', 'team'] as const;
export type MappingMatch = (typeof MAPPING_MATCHES)[number];

/** Says whose usage it is that bears a key, tag, user, source or team name. */
export interface MappingRule {
  /** Of this version. */
  readonly mappingRuleId: string;
  readonly version: number;
  readonly match: MappingMatch;
  /** Empty but for tags. */
  readonly tagKey: string;
  /** The very value, or with `*` at its end all that begins so. */
  readonly pattern: string;
  /** On a charge period's edge; inclusive. */
  readonly validFrom: EpochMs;
  /** On a charge period's edge; exclusive. Null: open. */
  readonly validTo: EpochMs | null;
  readonly team: string;
  /** Null: as the event says. */
  readonly project: string | null;
  /** Null: that of the team at the time. */
  readonly costCenter: string | null;
  /** Whether it also holds for usage of a team that the directory knows. */
  readonly overridesKnown: boolean;
}

/**
 * Which of two rules goes first, negative when the first does: by what it looks at, a very value before a pattern, the longer pattern
 * before the shorter, the later start before the earlier.
 */
export function compareRules(a: MappingRule, b: MappingRule): number {
  const [patternA, patternB] = [a, b].map(({ pattern }) => pattern.endsWith('*'));
  const byMatch = MAPPING_MATCHES.indexOf(a.match) - MAPPING_MATCHES.indexOf(b.match);
  const byKind = Number(patternA) - Number(patternB);
  const byLength = b.pattern.length - a.pattern.length;
  // Ids are whole numbers, told for the last time apart by when they were recorded.
  const byId = BigInt(a.mappingRuleId) > BigInt(b.mappingRuleId) ? -1 : 1;
  return byMatch || byKind || byLength || b.validFrom - a.validFrom || byId;
}
