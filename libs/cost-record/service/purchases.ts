import { fail, type Outcome, succeed } from '#outcome';
import type { PurchasePage, PurchaseStore, RecordedPurchase } from './purchase-store.js';

/** Reads purchases of capacity back. */
export class Purchases {
  constructor(private readonly store: PurchaseStore) {}

  list(page: PurchasePage): Promise<readonly RecordedPurchase[]> {
    return this.store.list(page);
  }

  /** All versions, ascending. Fails with `cost_record.purchase_not_found`. */
  async versions(accountId: number, purchase: string): Promise<Outcome<readonly RecordedPurchase[]>> {
    const versions = await this.store.versions(accountId, purchase);
    if (versions.length > 0) return succeed(versions);
    const detail = `There is no purchase ${JSON.stringify(purchase)}.`;
    return fail({ kind: 'not_found', code: 'cost_record.purchase_not_found', detail });
  }
}

export const PURCHASES = Symbol('Purchases');
