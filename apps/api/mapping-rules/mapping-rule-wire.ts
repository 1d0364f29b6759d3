import { formatInstant } from '#calendar';
import type { MappingPreviewWire, MappingRuleWire } from '#contract';
import type { RecordedMappingRule } from '#directory';
import { formatMinor, formatPicos } from '#money';
import type { MappingPreview } from '#statement';

export function mappingRuleToApi(rule: RecordedMappingRule): MappingRuleWire {
  const { mappingRuleId, match, tagKey, pattern, validFrom, validTo, version, state } = rule;
  const { team, project, costCenter, overridesKnown, reason, recordedAt, recordedBy } = rule;
  return {
    ...{ mappingRuleId, match, pattern, version, state, team, project, costCenter, reason, recordedBy },
    tagKey: match === 'tag' ? tagKey : null,
    from: formatInstant(validFrom),
    to: validTo === null ? null : formatInstant(validTo),
    override: overridesKnown,
    recordedAt: formatInstant(recordedAt),
  };
}

export function mappingPreviewToApi({ period, currency, moves }: MappingPreview): MappingPreviewWire {
  return {
    period,
    currency,
    moves: moves.map(({ requests, effective, billed, ...owner }) => ({
      ...owner,
      requests: requests.toString(),
      effective: formatPicos(effective),
      billed: formatMinor(billed, currency),
    })),
  };
}
