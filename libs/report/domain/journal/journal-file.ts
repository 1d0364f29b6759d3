import type { BillingPeriod, EpochMs } from '#calendar';
import { formatMinor } from '#money';
import type { CloseDocument, Posting } from '#statement/domain';
import { csvRow, textCell } from '../csv.js';
import { CSV_TYPE } from '../csv-table.js';
import type { ExportFile, FileManifest } from '../export-file.js';
import type { LedgerCodesAt, LedgerNameKind } from './ledger-code.js';

export const JOURNAL_COLUMNS: readonly string[] = [
  'entry_id',
  'entry_date',
  'period',
  'account',
  'cost_center',
  'team',
  'debit',
  'credit',
  'currency',
  'description',
];

/** What stands beside a journal entry. */
export interface JournalManifest extends FileManifest {
  readonly entryId: string;
  readonly columns: readonly string[];
  readonly account: string;
  readonly billingPeriod: string;
  readonly closeNumber: number;
  readonly closedAt: EpochMs;
  /** Of the close that entered it. */
  readonly hash: string;
  readonly currency: string;
  /** Minor units; both sides are equal. */
  readonly debits: bigint;
  readonly credits: bigint;
  /** Names without a code, which the file has as they are. */
  readonly unmappedAccounts: readonly string[];
  readonly unmappedCostCenters: readonly string[];
}

export interface JournalSource {
  readonly accountId: number;
  readonly document: Pick<CloseDocument, 'account' | 'closeNumber' | 'closedAt' | 'currency' | 'period'>;
  readonly hash: string;
  readonly postings: readonly Posting[];
  readonly codes: LedgerCodesAt;
}

/** The journal entry of a closed month for a general ledger: its own codes where it has some, a posting a row. */
export function journalFileOf(source: JournalSource): ExportFile<JournalManifest> {
  const { document, hash, postings } = source;
  const { account, period, closeNumber, closedAt, currency } = document;
  const fileName = `journal_${period.name}.csv`;
  return {
    fileName,
    mediaType: CSV_TYPE,
    lines: postings.length,
    write: () => ({
      pieces: piecesOf(source),
      linesDone: () => postings.length,
      manifest: (digest) => ({
        file: fileName,
        ...digest,
        rows: postings.length,
        entryId: entryIdOf(source),
        columns: JOURNAL_COLUMNS,
        ...{ account, billingPeriod: period.name, closeNumber, closedAt, hash, currency },
        debits: postings.reduce((sum, { debit }) => sum + debit, 0n),
        credits: postings.reduce((sum, { credit }) => sum + credit, 0n),
        unmappedAccounts: unmapped(source, 'account', ({ ledgerAccount }) => ledgerAccount),
        unmappedCostCenters: unmapped(source, 'cost_center', ({ costCenter }) => costCenter),
      }),
    }),
  };
}

async function* piecesOf(source: JournalSource): AsyncGenerator<string> {
  yield csvRow(JOURNAL_COLUMNS);
  yield source.postings.map((posting) => csvRow(cellsOf(posting, source))).join('');
}

function cellsOf(posting: Posting, source: JournalSource): string[] {
  const { codes, document } = source;
  const { period, currency } = document;
  const { ledgerAccount, costCenter, team, debit, credit } = posting;
  return [
    entryIdOf(source),
    lastDayOf(period),
    period.name,
    textCell(codes.of('account', ledgerAccount) ?? ledgerAccount),
    textCell(costCenter === null ? null : (codes.of('cost_center', costCenter) ?? costCenter)),
    textCell(team),
    formatMinor(debit, currency),
    formatMinor(credit, currency),
    currency,
    textCell(descriptionOf(posting, period)),
  ];
}

/** The same for a close whenever it is exported, and of no other close: a ledger can tell that it has the entry already. */
function entryIdOf({ accountId, document }: JournalSource): string {
  return `apportion-${accountId}-${document.closeNumber}`;
}

/** A month is posted on its last day, in its own time zone. */
function lastDayOf({ name }: BillingPeriod): string {
  const [year = 0, month = 0] = name.split('-').map(Number);
  return new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);
}

function descriptionOf({ ledgerAccount, team }: Posting, { name }: BillingPeriod): string {
  return team === null ? `Chargeback ${name}, ${ledgerAccount}` : `Chargeback ${name}, team ${team}`;
}

function unmapped(
  { postings, codes }: JournalSource,
  kind: LedgerNameKind,
  nameOf: (posting: Posting) => string | null,
): string[] {
  const names = new Set(postings.flatMap((posting) => nameOf(posting) ?? []));
  return [...names].filter((name) => codes.of(kind, name) === undefined).sort();
}
