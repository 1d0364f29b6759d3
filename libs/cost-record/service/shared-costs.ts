import { fail, type Outcome, succeed } from '#outcome';
import type { RecordedSharedCost, SharedCostPage, SharedCostStore } from './shared-cost-store.js';

/** Reads shared costs back. */
export class SharedCosts {
  constructor(private readonly store: SharedCostStore) {}

  list(page: SharedCostPage): Promise<readonly RecordedSharedCost[]> {
    return this.store.list(page);
  }

  /** All versions, ascending. Fails with `cost_record.shared_cost_not_found`. */
  async versions(accountId: number, sharedCostId: string): Promise<Outcome<readonly RecordedSharedCost[]>> {
    const versions = await this.store.versions(accountId, sharedCostId);
    if (versions.length > 0) return succeed(versions);
    const detail = `There is no shared cost ${sharedCostId}.`;
    return fail({ kind: 'not_found', code: 'cost_record.shared_cost_not_found', detail });
  }
}

export const SHARED_COSTS = Symbol('SharedCosts');
