import type { EpochMs } from '#calendar';
import type { CloseDocument, Posting, StatementLine } from '../domain/index.js';

/** A close as it is kept, without its lines. */
export interface KeptClose {
  readonly closeNumber: number;
  readonly period: string;
  /** The document's text, as it was hashed. */
  readonly text: string;
  readonly hash: string;
  readonly previousHash: string | null;
  readonly issuedAt: EpochMs | null;
  readonly issuedBy: string | null;
}

/** A line as it is kept, and the hash that it had when it was closed. */
export interface KeptLine {
  readonly lineNumber: number;
  readonly line: StatementLine;
  readonly hash: string;
}

/** A line of a close that corrects an earlier month. */
export interface KeptCorrection extends KeptLine {
  readonly closeNumber: number;
  /** The month on whose statement it stands. */
  readonly period: string;
}

/** What a close adds, all or nothing. */
export interface NewClose {
  readonly document: CloseDocument;
  readonly text: string;
  readonly hash: string;
  readonly previousHash: string | null;
  readonly lines: readonly StatementLine[];
  readonly postings: readonly Posting[];
}

/** Closed periods, the chain they form, and the ledger. Nothing in it is ever changed or removed. */
export interface CloseStore {
  find(accountId: number, period: string): Promise<KeptClose | undefined>;
  /** The last of the chain. */
  last(accountId: number): Promise<KeptClose | undefined>;
  /** In the order of the chain, those after a place in it, at most so many. */
  list(accountId: number, afterNumber: number, limit: number): Promise<readonly KeptClose[]>;
  /** In their order, those after a line, at most so many; of one team, or of all (null). */
  lines(
    accountId: number,
    closeNumber: number,
    afterLine: number,
    limit: number,
    team: string | null,
  ): Promise<readonly KeptLine[]>;
  /** The corrections of a month on all closes, in the order of the chain and of their lines, those after one, at most so many. */
  corrections(
    accountId: number,
    period: string,
    after: Pick<KeptCorrection, 'closeNumber' | 'lineNumber'> | undefined,
    limit: number,
  ): Promise<readonly KeptCorrection[]>;
  postings(accountId: number, closeNumber: number): Promise<readonly Posting[]>;
  /**
   * Adds a close at the end of the chain, whose last is given to `make`, with nobody else closing meanwhile. Undefined,
   * with nothing added, when `make` gives nothing.
   */
  append(
    accountId: number,
    make: (last: KeptClose | undefined) => NewClose | undefined,
  ): Promise<KeptClose | undefined>;
  /** False when it has been issued before. */
  issue(accountId: number, closeNumber: number, at: EpochMs, by: string): Promise<boolean>;
}

export const CLOSE_STORE = Symbol('CloseStore');
