import { type RollUpsWire, rollUpsWire, type StatementsWire, statementsWire } from '#contract';
import type { ApiClient } from './api-client.js';

/** The statements of a month; with a team, its lines alone; or without lines. */
export function fetchBill(
  client: ApiClient,
  period: string,
  { team, lines = true }: { readonly team?: string | undefined; readonly lines?: boolean } = {},
): Promise<StatementsWire> {
  return client.get(`/v1/statements/${period}`, statementsWire, { team, ...(lines ? {} : { lines: 'false' }) });
}

/** A month's statements taken together by `cost_center`, `business_unit` or `account`. */
export function fetchRollUps(client: ApiClient, period: string, by: RollUpsWire['by']): Promise<RollUpsWire> {
  return client.get(`/v1/statements/${period}/roll-ups`, rollUpsWire, { by });
}
