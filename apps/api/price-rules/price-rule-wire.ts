import { formatInstant } from '#calendar';
import type { PriceRuleWire } from '#contract';
import { formatPicos } from '#money';
import type { RecordedPriceRule } from '#pricing';

export function priceRuleToApi(rule: RecordedPriceRule): PriceRuleWire {
  return {
    priceRuleId: rule.priceRuleId,
    kind: rule.kind,
    provider: rule.provider,
    model: rule.model,
    serviceTier: rule.serviceTier,
    team: rule.team,
    costCenter: rule.costCenter,
    value: formatPicos(rule.value),
    currency: rule.currency,
    from: formatInstant(rule.validFrom),
    to: rule.validTo === null ? null : formatInstant(rule.validTo),
    version: rule.version,
    state: rule.state,
    recordedAt: formatInstant(rule.recordedAt),
    recordedBy: rule.recordedBy,
  };
}
