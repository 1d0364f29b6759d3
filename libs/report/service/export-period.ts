import type { PoolCostReader } from '#cost-record';
import { fail, type Outcome, succeed } from '#outcome';
import type { ClosedPeriods } from '#statement';
import {
  BILL_LINES_MAX,
  chargebackJsonOf,
  chargebackOf,
  contractedPools,
  type ExportFile,
  type ExportSource,
  type FocusManifest,
  type FocusVersion,
  focusOf,
  hasMoreLines,
  type JournalManifest,
  journalFileOf,
  LedgerCodesAt,
  type Manifest,
  parquetOf,
  placeOf,
  type SummaryManifest,
  summaryOf,
  teamBillFileOf,
  WORKBOOK_LINES_MAX,
  workbookOf,
} from '../domain/index.js';
import { type ExportInput, sourceOf } from './export-source.js';
import type { FileWriters } from './file-writers.js';
import type { LedgerCodeStore } from './ledger-code-store.js';

export interface ExportFocusInput extends ExportInput {
  readonly version: FocusVersion;
}

export const EXPORT_PERIOD = Symbol('ExportPeriod');

/**
 * Gives a period, closed or a draft, as a file of some format, of one team or all. The lines of a closed one are read page by
 * page when the file is written. Fails as `sourceOf` does.
 */
export class ExportPeriod {
  constructor(
    private readonly periods: ClosedPeriods,
    private readonly pools: PoolCostReader,
    private readonly codes: Pick<LedgerCodeStore, 'load'>,
    private readonly writers: FileWriters,
  ) {}

  chargeback(input: ExportInput): Promise<Outcome<ExportFile<Manifest>>> {
    return this.of(input, chargebackOf);
  }

  chargebackJson(input: ExportInput): Promise<Outcome<ExportFile<Manifest>>> {
    return this.of(input, chargebackJsonOf);
  }

  parquet(input: ExportInput): Promise<Outcome<ExportFile<Manifest>>> {
    return this.of(input, (source) => parquetOf(source, this.writers.parquet));
  }

  /** Fails also with `report.too_many_lines`. */
  async workbook(input: ExportInput): Promise<Outcome<ExportFile<Manifest>>> {
    const source = await sourceOf(this.periods, input);
    if (!source.ok) return source;
    if (await hasMoreLines(source.value, WORKBOOK_LINES_MAX)) return tooManyLines('A workbook', WORKBOOK_LINES_MAX);
    return succeed(workbookOf(source.value, this.writers.workbook));
  }

  /** A team's bill as PDF. Fails also with `report.too_many_lines`. */
  async bill(input: ExportInput & { readonly team: string }): Promise<Outcome<ExportFile<Manifest>>> {
    const source = await sourceOf(this.periods, input);
    if (!source.ok) return source;
    if (await hasMoreLines(source.value, BILL_LINES_MAX)) return tooManyLines('A bill', BILL_LINES_MAX);
    return succeed(teamBillFileOf({ ...source.value, team: input.team }, this.writers.bill));
  }

  summary(input: ExportInput): Promise<Outcome<ExportFile<SummaryManifest>>> {
    return this.of(input, summaryOf);
  }

  /** FOCUS Cost and Usage. With split cost (1.3) a number of each line of the period is held, for its part of its pool. */
  async focus(input: ExportFocusInput): Promise<Outcome<ExportFile<FocusManifest>>> {
    const { accountId, version } = input;
    const source = await sourceOf(this.periods, input);
    if (!source.ok) return source;
    const draft = source.value.statements;
    const { start, end } = draft.period;
    const pools = await this.pools.load(accountId, start, end);
    const places = new Map(
      pools.map(({ pool, costRecords, purchases }) => [pool, placeOf([...costRecords, ...purchases])]),
    );
    const contracted = contractedPools(draft.poolCosts);
    return succeed(focusOf(source.value, { draft, accountId, version, places, contracted }));
  }

  /**
   * The journal entry of a closed month, with the ledger codes in force at its end. Fails with `statement.not_closed` or
   * `statement.bad_period`.
   */
  async journal({ accountId, period }: Omit<ExportInput, 'team'>): Promise<Outcome<ExportFile<JournalManifest>>> {
    const entry = await this.periods.journal({ accountId, period });
    if (!entry.ok) return entry;
    const { close, postings } = entry.value;
    const { document, hash } = close;
    const names = postings.flatMap(({ ledgerAccount, costCenter }) => [ledgerAccount, costCenter ?? []].flat());
    const known = await this.codes.load(accountId, [...new Set(names)]);
    const codes = new LedgerCodesAt(known, document.period.end - 1);
    return succeed(journalFileOf({ accountId, document, hash, postings, codes }));
  }

  private async of<T>(input: ExportInput, fileOf: (source: ExportSource) => T): Promise<Outcome<T>> {
    const source = await sourceOf(this.periods, input);
    return source.ok ? succeed(fileOf(source.value)) : source;
  }
}

function tooManyLines<T>(what: string, most: number): Outcome<T> {
  const detail = `${what} has at most ${most} lines. Take CSV or Parquet, or one team.`;
  return fail({ kind: 'too_large', code: 'report.too_many_lines', detail });
}
