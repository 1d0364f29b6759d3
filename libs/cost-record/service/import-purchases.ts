import type { Clock } from '#calendar';
import type { AccountReader } from '#directory';
import { fail, type ImportRow, type Outcome, RowFailures, succeed } from '#outcome';
import type { CostRecordStore, StoredCounts } from './cost-record-store.js';
import type { Author } from './pools.js';
import type { PurchaseDraft, PurchaseStore } from './purchase-store.js';
import { type PurchaseRow, readPurchaseRow } from './read-purchase-row.js';
import { refuseUnknownPools } from './refuse-unknown-pools.js';

/** The rows of one purchase, of which there is at least one. */
type Group = readonly [PurchaseRow, ...PurchaseRow[]];

/**
 * Takes a table of purchases, all of it or nothing. The rows of one name are one purchase, each with the terms from an instant on;
 * what is said of a known one becomes its next version if it differs, so that importing a file twice changes nothing. Fails
 * with `cost_record.import_refused`, which names every row and column at fault.
 */
export class ImportPurchases {
  constructor(
    private readonly store: PurchaseStore,
    private readonly pools: Pick<CostRecordStore, 'kindsOf'>,
    private readonly accounts: AccountReader,
    private readonly clock: Clock,
  ) {}

  async run({ accountId, apiKeyId }: Author, rows: readonly ImportRow[]): Promise<Outcome<StoredCounts>> {
    const { currency } = await this.accounts.load(accountId);
    const failures = new RowFailures();
    const read = rows.flatMap((row) => readPurchaseRow(row, currency, failures) ?? []);
    const drafts = groupRows(read).flatMap((group) => toDraft(group, failures) ?? []);
    const ofPools = read.map(({ row, purchase: { pool } }) => ({ row, pool }));
    await refuseUnknownPools(this.pools, accountId, ofPools, 'capacity', failures);
    if (!failures.none) return fail(failures.toFailure('cost_record.import_refused'));
    return succeed(await this.store.store({ accountId, drafts, recordedAt: this.clock.now(), recordedBy: apiKeyId }));
  }
}

export const IMPORT_PURCHASES = Symbol('ImportPurchases');

function groupRows(rows: readonly PurchaseRow[]): Group[] {
  const groups = new Map<string, [PurchaseRow, ...PurchaseRow[]]>();
  for (const row of rows) {
    const group = groups.get(row.purchase.purchase);
    if (group) group.push(row);
    else groups.set(row.purchase.purchase, [row]);
  }
  return [...groups.values()];
}

function toDraft(group: Group, failures: RowFailures): PurchaseDraft | undefined {
  const [first] = group;
  const faults = [...tornRows(group), ...repeatedTerms(group)];
  const terms = group.map((one) => one.terms).sort((a, b) => a.from - b.from);
  if (terms[0]?.from !== first.purchase.validFrom)
    faults.push([first.row, 'terms_from', 'no_first_terms', 'no row has the terms that hold when the purchase begins']);
  for (const [row, column, code, detail] of faults) failures.add(row, column, `cost_record.${code}`, detail);
  return faults.length === 0 ? { ...first.purchase, terms } : undefined;
}

type Fault = [row: ImportRow, column: string, code: string, detail: string];

/** Rows that say something else of the purchase than its first. */
function tornRows([first, ...others]: Group): Fault[] {
  const said = textOf(first);
  return others
    .filter((other) => textOf(other) !== said)
    .map(({ row }) => {
      const detail = `${first.row.place} says something else of the same purchase than its hourly terms`;
      return [row, 'purchase', 'conflicting_purchase', detail];
    });
}

function repeatedTerms(group: Group): Fault[] {
  const seen = new Map<number, ImportRow>();
  return group.flatMap(({ row, terms }): Fault[] => {
    const known = seen.get(terms.from);
    if (!known) {
      seen.set(terms.from, row);
      return [];
    }
    return [[row, 'terms_from', 'repeated_terms', `${known.place} has terms of the same purchase from the same time`]];
  });
}

function textOf({ purchase }: PurchaseRow): string {
  return JSON.stringify(purchase, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
}
