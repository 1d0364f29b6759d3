import { formatInstant } from '#calendar';
import type { UnitCostRowWire, UnitCostsWire } from '#contract';
import { formatPicos } from '#money';
import type { ExploredUnitCost, UnitCostDimension, UnitCostReport } from '#report';
import { periodToApi, tokensToApi } from '../statements/statement-wire.js';

export function unitCostsToApi(by: readonly UnitCostDimension[], { inputs, rows }: UnitCostReport): UnitCostsWire {
  const { account, period, accruedTo } = inputs;
  return {
    account: account.name,
    currency: account.currency,
    period: periodToApi(period),
    accruedTo: formatInstant(accruedTo),
    by: [...by],
    rows: rows.map(rowToApi),
  };
}

function rowToApi(row: ExploredUnitCost): UnitCostRowWire {
  const { group, requests, tokens, list, effective, unpricedRequests, capacity, offers, previous } = row;
  return {
    group: { ...group },
    requests: requests.toString(),
    tokens: tokensToApi(tokens),
    list: amount(list),
    effective: formatPicos(effective),
    unpricedRequests: unpricedRequests.toString(),
    costPerMillionTokens: { ...row.costPerMillionTokens },
    previous: previous && { ...previous },
    capacity: capacity && {
      ...capacity,
      effective: formatPicos(capacity.effective),
      idle: formatPicos(capacity.idle),
    },
    offers: offers.map(({ priceVersionId: priceVersion, cost, ...offer }) => {
      return { ...offer, priceVersion, cost: amount(cost) };
    }),
  };
}

function amount(picos: bigint | null): string | null {
  return picos === null ? null : formatPicos(picos);
}
