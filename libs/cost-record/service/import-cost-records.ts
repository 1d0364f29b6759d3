import type { Clock } from '#calendar';
import type { AccountReader } from '#directory';
import { fail, type ImportRow, type Outcome, RowFailures, succeed } from '#outcome';
import type { CostRecordDraft, CostRecordStore, StoredCounts } from './cost-record-store.js';
import type { Author } from './pools.js';
import { readCostRecordRow } from './read-cost-record-row.js';

interface Draft {
  readonly row: ImportRow;
  readonly record: CostRecordDraft;
}

/**
 * Takes a table of cost records, all of it or nothing. A record is known by pool, provider, region, instance type,
 * pricing model and start; what is said of a known one becomes its next version if it differs, so that importing a file
 * twice changes nothing. Fails with `cost_record.import_refused`, which names every row and column at fault.
 */
export class ImportCostRecords {
  constructor(
    private readonly store: CostRecordStore,
    private readonly accounts: AccountReader,
    private readonly clock: Clock,
  ) {}

  async run(author: Author, rows: readonly ImportRow[]): Promise<Outcome<StoredCounts>> {
    const { currency } = await this.accounts.load(author.accountId);
    const failures = new RowFailures();
    const drafts = rows.flatMap((row): Draft[] => {
      const record = readCostRecordRow(row, currency, failures);
      return record ? [{ row, record }] : [];
    });
    refuseRepeats(drafts, failures);
    await this.refuseUnknownPools(author.accountId, drafts, failures);
    if (!failures.none) return fail(failures.toFailure('cost_record.import_refused'));
    const counts = await this.store.store({
      accountId: author.accountId,
      drafts: drafts.map(({ record }) => record),
      recordedAt: this.clock.now(),
      recordedBy: author.apiKeyId,
    });
    return succeed(counts);
  }

  private async refuseUnknownPools(accountId: number, drafts: readonly Draft[], failures: RowFailures): Promise<void> {
    const known = await this.store.knownPools(accountId, [...new Set(drafts.map(({ record }) => record.pool))]);
    for (const { row, record } of drafts) {
      if (known.has(record.pool)) continue;
      const detail = `there is no pool ${JSON.stringify(record.pool)}; create it first (apportion pools create, POST /v1/pools)`;
      failures.add(row, 'pool', 'cost_record.unknown_pool', detail);
    }
  }
}

export const IMPORT_COST_RECORDS = Symbol('ImportCostRecords');

function refuseRepeats(drafts: readonly Draft[], failures: RowFailures): void {
  const seen = new Map<string, ImportRow>();
  for (const { row, record } of drafts) {
    const { pool, provider, region, instanceType, pricingModel, validFrom } = record;
    const key = JSON.stringify([pool, provider, region, instanceType, pricingModel, validFrom]);
    const first = seen.get(key);
    if (!first) {
      seen.set(key, row);
      continue;
    }
    const detail = `${first.place} says the same pool, provider, region, instance type, pricing model and start; give one row with the count of both`;
    failures.add(row, 'from', 'cost_record.repeated_record', detail);
  }
}
