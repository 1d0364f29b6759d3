import { fail, type Outcome, succeed } from '#outcome';
import type { CostRecordPage, CostRecordStore, RecordedCostRecord } from './cost-record-store.js';

/** Reads cost records back. */
export class CostRecords {
  constructor(private readonly store: CostRecordStore) {}

  list(page: CostRecordPage): Promise<readonly RecordedCostRecord[]> {
    return this.store.list(page);
  }

  /** All versions, ascending. Fails with `cost_record.record_not_found`. */
  async versions(accountId: number, costRecordId: string): Promise<Outcome<readonly RecordedCostRecord[]>> {
    const versions = await this.store.versions(accountId, costRecordId);
    if (versions.length > 0) return succeed(versions);
    const detail = `There is no cost record ${costRecordId}.`;
    return fail({ kind: 'not_found', code: 'cost_record.record_not_found', detail });
  }
}

export const COST_RECORDS = Symbol('CostRecords');
