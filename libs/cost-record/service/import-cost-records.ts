import { type Clock, formatInstant } from '#calendar';
import type { AccountReader } from '#directory';
import { type FieldFailure, fail, type ImportRow, type Outcome, RowFailures, succeed } from '#outcome';
import type { CostRecordDraft, CostRecordStore, StoredCounts } from './cost-record-store.js';
import type { Author } from './pools.js';
import { readCostRecordRow } from './read-cost-record-row.js';
import { refuseUnknownPools } from './refuse-unknown-pools.js';
import { untilNext } from './until-next.js';

interface Draft {
  readonly row: ImportRow;
  readonly record: CostRecordDraft;
}

/**
 * What becomes of rows without an end. `stay`: they are open. `until_next`: the table is a history of rates, in which each
 * one stands until the next of the same instances.
 */
export type OpenEnds = 'stay' | 'until_next';

/** Something that is most likely not meant, though it was taken. */
export type ImportWarning = FieldFailure;

export interface ImportedCostRecords extends StoredCounts {
  readonly warnings: readonly ImportWarning[];
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

  async run(
    author: Author,
    rows: readonly ImportRow[],
    openEnds: OpenEnds = 'stay',
  ): Promise<Outcome<ImportedCostRecords>> {
    const { currency } = await this.accounts.load(author.accountId);
    const failures = new RowFailures();
    const drafts = rows.flatMap((row): Draft[] => {
      const record = readCostRecordRow(row, currency, failures);
      return record ? [{ row, record }] : [];
    });
    refuseRepeats(drafts, failures);
    const ofPools = drafts.map(({ row, record: { pool } }) => ({ row, pool }));
    await refuseUnknownPools(this.store, author.accountId, ofPools, 'capacity', failures);
    if (!failures.none) return fail(failures.toFailure('cost_record.import_refused'));
    const records = drafts.map(({ record }) => record);
    const counts = await this.store.store({
      accountId: author.accountId,
      drafts: openEnds === 'until_next' ? untilNext(records) : records,
      recordedAt: this.clock.now(),
      recordedBy: author.apiKeyId,
    });
    return succeed({ ...counts, warnings: await this.warnings(author.accountId, drafts) });
  }

  /** Both records of an overlap may stand, so it is no fault; mostly somebody forgot to end the older one. */
  private async warnings(accountId: number, drafts: readonly Draft[]): Promise<ImportWarning[]> {
    const records = drafts.map(({ record }) => record);
    const overlaps = await this.store.openOverlaps(accountId, records);
    return overlaps.flatMap(({ draft, openFrom, laterFrom }) => {
      const row = drafts[draft]?.row;
      if (!row) return [];
      const [open, later] = [formatInstant(openFrom), formatInstant(laterFrom)];
      const detail = `${row.place}: the record from ${open} has no end and still stands beside the one from ${later}; both are billed. If the later one replaces it, give the older one the end ${later}.`;
      return [{ pointer: row.pointer, code: 'cost_record.open_overlap', detail }];
    });
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
