import type { EpochMs } from '#calendar';
import { compareRules, type MappingRule, matchesPattern } from '#directory/domain';
import type { UsageDimension } from '#metering/domain';

/** What was found for a dimension, and between which instants it holds. */
interface Found {
  readonly from: EpochMs;
  readonly until: EpochMs;
  readonly rule: MappingRule | undefined;
}

/** Finds the mapping rule that says whose some usage is. */
export class OwnerMapping {
  readonly rules: readonly MappingRule[];
  /** Instants at which some rule begins or ends, ascending. */
  private readonly edges: readonly EpochMs[];
  private readonly found = new WeakMap<UsageDimension, Found>();

  constructor(
    rules: readonly MappingRule[],
    private readonly isKnownTeam: (team: string) => boolean,
  ) {
    this.rules = [...rules].sort(compareRules);
    const edges = rules.flatMap(({ validFrom, validTo }) => [validFrom, ...(validTo === null ? [] : [validTo])]);
    this.edges = [...new Set(edges)].sort((a, b) => a - b);
  }

  /** The first rule that holds: for usage of a known team one that overrides, else any. */
  ruleFor(dimension: UsageDimension, at: EpochMs): MappingRule | undefined {
    const known = this.found.get(dimension);
    if (known && known.from <= at && at < known.until) return known.rule;
    const isKnown = this.isKnownTeam(dimension.team);
    const rule = this.rules.find(({ validFrom, validTo, overridesKnown, ...rest }) => {
      const holds = validFrom <= at && (validTo === null || at < validTo);
      return holds && (overridesKnown || !isKnown) && matches(rest, dimension);
    });
    this.found.set(dimension, { from: at, until: this.until(at), rule });
    return rule;
  }

  /** The first instant after `at` from which another rule may hold; infinity when there is none. */
  until(at: EpochMs): EpochMs {
    return this.edges.find((edge) => edge > at) ?? Number.POSITIVE_INFINITY;
  }
}

function matches({ match, tagKey, pattern }: Pick<MappingRule, 'match' | 'tagKey' | 'pattern'>, of: UsageDimension) {
  switch (match) {
    case 'api_key':
      return matchesPattern(pattern, of.apiKey);
    case 'tag':
      return Object.hasOwn(of.billableTags, tagKey) && matchesPattern(pattern, of.billableTags[tagKey]);
    case 'user':
      return matchesPattern(pattern, of.user);
    case 'source':
      return matchesPattern(pattern, of.source);
    case 'team':
      return matchesPattern(pattern, of.team);
  }
}
