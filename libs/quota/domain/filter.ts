import { matchesPattern } from '#directory/domain';
import type { QuotaFacts } from './subject.js';

/** The tag that says in which environment a request was made, such as `production`. */
export const ENVIRONMENT_TAG = 'environment';

/** Which of a subject's usage a quota counts. Null: all. */
export interface QuotaFilter {
  readonly provider: string | null;
  /** `*` stands for any characters. */
  readonly model: string | null;
  readonly pool: string | null;
  readonly tier: string | null;
  readonly environment: string | null;
  /** A request not made yet may come to any status: its estimate is held, and what it used counts if its status does. */
  readonly status: string | null;
}

export const NO_FILTER: QuotaFilter = {
  provider: null,
  model: null,
  pool: null,
  tier: null,
  environment: null,
  status: null,
};

/** Whether a quota with this filter counts the usage. */
export function isCounted(filter: QuotaFilter, facts: QuotaFacts): boolean {
  const { provider, model, pool, tier, environment, status } = filter;
  return (
    (provider === null || provider === facts.provider) &&
    (model === null || matchesPattern(model, facts.model)) &&
    (pool === null || pool === facts.pool) &&
    (tier === null || tier === facts.tier) &&
    (environment === null || environment === facts.tags[ENVIRONMENT_TAG]) &&
    (status === null || facts.status === null || status === facts.status)
  );
}
