import { type Clock, parseBillingPeriod } from '#calendar';
import { fail, type Outcome, succeed } from '#outcome';
import {
  type CloseDocument,
  type ClosedSums,
  closedStatements,
  closedSums,
  closingOf,
  type DraftStatements,
  MonthTotals,
  type Posting,
  pagesOf,
  poolCostsOfClose,
  readDocument,
  type StatementPages,
} from '../domain/index.js';
import type { CloseStore, KeptClose } from './close-store.js';
import { linesOfClose, pagesOfClose } from './lines-of-close.js';
import type { PeriodInput } from './load-bill-inputs.js';
import type { OpenPeriod } from './open-period.js';

/** A close and its place in the chain. */
export interface ChainedClose extends Pick<KeptClose, 'hash' | 'previousHash' | 'issuedAt' | 'issuedBy'> {
  readonly document: CloseDocument;
}

/** The ledger's entry of a close. */
export interface JournalEntry {
  readonly close: ChainedClose;
  readonly postings: readonly Posting[];
}

/** Reads billing periods as they are: closed ones as they were closed, others as a draft. Issues those that are closed. */
export class ClosedPeriods {
  constructor(
    private readonly store: CloseStore,
    private readonly open: OpenPeriod,
    private readonly clock: Clock,
  ) {}

  /** Fails as `OpenPeriod.draft` does. */
  async read(input: PeriodInput): Promise<Outcome<DraftStatements>> {
    const close = await this.store.find(input.accountId, input.period);
    return close ? succeed(await this.statementsOf(input.accountId, close)) : this.open.draft(input);
  }

  /** The same for who goes through the lines: those of a closed period are read page by page. Fails as `read` does. */
  async pages(input: PeriodInput): Promise<Outcome<StatementPages>> {
    const close = await this.store.find(input.accountId, input.period);
    if (close) return succeed(this.pagesOf(input.accountId, close));
    const draft = await this.open.draft(input);
    return draft.ok ? succeed(pagesOf(draft.value)) : draft;
  }

  /** In the order in which they were closed, those after a place in the chain. */
  async list(accountId: number, afterNumber: number, limit: number): Promise<readonly ChainedClose[]> {
    return (await this.store.list(accountId, afterNumber, limit)).map(toChained);
  }

  /** The close of a month. Fails with `statement.not_closed` or `statement.bad_period`. */
  async closeOf({ accountId, period }: PeriodInput): Promise<Outcome<ChainedClose>> {
    const close = await this.store.find(accountId, period);
    return close ? succeed(toChained(close)) : notClosed(period);
  }

  /** Fails as `closeOf` does. */
  async journal({ accountId, period }: PeriodInput): Promise<Outcome<JournalEntry>> {
    const close = await this.closeOf({ accountId, period });
    if (!close.ok) return close;
    const postings = await this.store.postings(accountId, close.value.document.closeNumber);
    return succeed({ close: close.value, postings });
  }

  /** Fails with `statement.not_closed`, `statement.already_issued` or `statement.bad_period`. */
  async issue({ accountId, period, by }: PeriodInput & { readonly by: string }): Promise<Outcome<ClosedSums>> {
    const close = await this.store.find(accountId, period);
    if (!close) return notClosed(period);
    const at = this.clock.now();
    if (close.issuedAt !== null || !(await this.store.issue(accountId, close.closeNumber, at, by)))
      return fail({ kind: 'conflict', code: 'statement.already_issued', detail: `${period} has been issued` });
    const totals = new MonthTotals();
    for await (const lines of pagesOfClose(this.store, accountId, close.closeNumber, null)) totals.add(lines);
    return succeed(closedSums(readDocument(close.text), totals, { ...close, issuedAt: at, issuedBy: by }));
  }

  private pagesOf(accountId: number, close: KeptClose): StatementPages {
    const document = readDocument(close.text);
    const { account, currency, period, accruedTo } = document;
    const lines = (team: string | null) => pagesOfClose(this.store, accountId, close.closeNumber, team);
    const poolCosts = poolCostsOfClose(document.pools);
    const closing = closingOf(document, close);
    return { account, currency, period, accruedTo, closing, poolCosts, lineCount: document.lines, lines };
  }

  private async statementsOf(accountId: number, close: KeptClose): Promise<DraftStatements> {
    const lines = [];
    for await (const { line } of linesOfClose(this.store, accountId, close.closeNumber)) lines.push(line);
    return closedStatements(readDocument(close.text), lines, close);
  }
}

function toChained({ text, hash, previousHash, issuedAt, issuedBy }: KeptClose): ChainedClose {
  return { document: readDocument(text), hash, previousHash, issuedAt, issuedBy };
}

function notClosed<T>(period: string): Outcome<T> {
  if (!parseBillingPeriod(period, 'UTC'))
    return fail({ kind: 'invalid', code: 'statement.bad_period', detail: `${period} is not a month such as 2023-11` });
  return fail({ kind: 'conflict', code: 'statement.not_closed', detail: `${period} is not closed` });
}

export const CLOSED_PERIODS = Symbol('ClosedPeriods');
