import { type Clock, formatInstant } from '#calendar';
import type { AccountReader } from '#directory';
import { fail, type ImportRow, type Outcome, RowFailures, succeed } from '#outcome';
import type { ImportedCostRecords, ImportWarning } from './import-cost-records.js';
import type { Author } from './pools.js';
import { readSharedCostRow } from './read-shared-cost-row.js';
import { refuseUnknownPools } from './refuse-unknown-pools.js';
import type { SharedCostDraft, SharedCostStore } from './shared-cost-store.js';

interface Draft {
  readonly row: ImportRow;
  readonly cost: SharedCostDraft;
}

/**
 * Takes a table of shared costs, all of it or nothing. A cost is known by pool, description, vendor and start; what is said
 * of a known one becomes its next version if it differs, so that importing a file twice changes nothing. Fails with
 * `cost_record.import_refused`, which names every row and column at fault.
 */
export class ImportSharedCosts {
  constructor(
    private readonly store: SharedCostStore,
    private readonly accounts: AccountReader,
    private readonly clock: Clock,
  ) {}

  async run(author: Author, rows: readonly ImportRow[]): Promise<Outcome<ImportedCostRecords>> {
    const { currency } = await this.accounts.load(author.accountId);
    const failures = new RowFailures();
    const drafts = rows.flatMap((row): Draft[] => {
      const cost = readSharedCostRow(row, currency, failures);
      return cost ? [{ row, cost }] : [];
    });
    refuseRepeats(drafts, failures);
    const ofPools = drafts.map(({ row, cost: { pool } }) => ({ row, pool }));
    await refuseUnknownPools(this.store, author.accountId, ofPools, 'shared', failures);
    if (!failures.none) return fail(failures.toFailure('cost_record.import_refused'));
    const costs = drafts.map(({ cost }) => cost);
    const counts = await this.store.store({
      accountId: author.accountId,
      drafts: costs,
      recordedAt: this.clock.now(),
      recordedBy: author.apiKeyId,
    });
    return succeed({ ...counts, warnings: await this.warnings(author.accountId, drafts) });
  }

  /** Both costs of an overlap may be owed, so it is no fault; mostly somebody gave a known one another start. */
  private async warnings(accountId: number, drafts: readonly Draft[]): Promise<ImportWarning[]> {
    const costs = drafts.map(({ cost }) => cost);
    const overlaps = await this.store.overlaps(accountId, costs);
    return overlaps.flatMap(({ draft, earlierFrom, laterFrom }) => {
      const row = drafts[draft]?.row;
      if (!row) return [];
      const [earlier, later] = [formatInstant(earlierFrom), formatInstant(laterFrom)];
      const detail = `${row.place}: the cost from ${earlier} of the same pool, description and vendor is not over at ${later}, when another begins; both are billed. If the later one replaces it, give the earlier one that end, or the amount 0.`;
      return [{ pointer: row.pointer, code: 'cost_record.shared_cost_overlap', detail }];
    });
  }
}

export const IMPORT_SHARED_COSTS = Symbol('ImportSharedCosts');

function refuseRepeats(drafts: readonly Draft[], failures: RowFailures): void {
  const seen = new Map<string, ImportRow>();
  for (const { row, cost } of drafts) {
    const { pool, description, vendor, validFrom } = cost;
    const key = JSON.stringify([pool, description, vendor, validFrom]);
    const first = seen.get(key);
    if (!first) {
      seen.set(key, row);
      continue;
    }
    const detail = `${first.place} says the same pool, description, vendor and start; give one row with the amount of both`;
    failures.add(row, 'from', 'cost_record.repeated_record', detail);
  }
}
