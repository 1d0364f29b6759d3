import { type RollUpsWire, rollUpsWire, type StatementsWire, statementsWire } from '#contract';
import type { ApiClient } from './api-client.js';

/** The draft statements of a month; with a team, its lines alone. */
export function fetchBill(client: ApiClient, period: string, team?: string): Promise<StatementsWire> {
  return client.get(`/v1/statements/${period}`, statementsWire, { team });
}

/** A month's statements taken together by `cost_center`, `business_unit` or `account`. */
export function fetchRollUps(client: ApiClient, period: string, by: RollUpsWire['by']): Promise<RollUpsWire> {
  return client.get(`/v1/statements/${period}/roll-ups`, rollUpsWire, { by });
}
