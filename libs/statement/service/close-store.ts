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

/** What a close adds beside its lines. */
export interface NewClose {
  readonly document: CloseDocument;
  readonly text: string;
  readonly hash: string;
  readonly previousHash: string | null;
  readonly postings: readonly Posting[];
}

/** Which lines of a close to read, in their order. */
export interface LinePage {
  readonly accountId: number;
  readonly closeNumber: number;
  readonly afterLine: number;
  readonly limit: number;
  /** Those of one team, or of all (null). */
  readonly team: string | null;
  /** Those on these pools, null: on none; absent: all. */
  readonly pools?: readonly (string | null)[] | undefined;
}

/** A close in the making. All that is done with it is done together, or not at all. */
export interface CloseStage {
  /** Sets lines aside, in any order. */
  add(lines: readonly StatementLine[]): Promise<void>;
  /**
   * Adds a close of the lines that were set aside at the end of the chain, with nobody else closing meanwhile. `make` is given
   * the chain's last and what the lines' hashes come to in the order of the lines. Undefined, with nothing added, when the
   * chain's last has another hash than `after` (null: there is none).
   */
  append(
    after: string | null,
    make: (last: KeptClose | undefined, linesHash: string) => NewClose,
  ): Promise<KeptClose | undefined>;
}

/** Closed periods, the chain they form, and the ledger. Nothing in it is ever changed or removed. */
export interface CloseStore {
  find(accountId: number, period: string): Promise<KeptClose | undefined>;
  /** The last of the chain. */
  last(accountId: number): Promise<KeptClose | undefined>;
  /** In the order of the chain, those after a place in it, at most so many. */
  list(accountId: number, afterNumber: number, limit: number): Promise<readonly KeptClose[]>;
  /** In their order, those after a line, at most so many. */
  lines(page: LinePage): Promise<readonly KeptLine[]>;
  /** The corrections of a month on all closes, in the order of the chain and of their lines, those after one, at most so many. */
  corrections(
    accountId: number,
    period: string,
    after: Pick<KeptCorrection, 'closeNumber' | 'lineNumber'> | undefined,
    limit: number,
    pools?: LinePage['pools'],
  ): Promise<readonly KeptCorrection[]>;
  /** The pools, null for none, on which anything was billed for a closed month: on its own close, or corrected on later ones. */
  poolsBilled(accountId: number, close: Pick<KeptClose, 'closeNumber' | 'period'>): Promise<readonly (string | null)[]>;
  postings(accountId: number, closeNumber: number): Promise<readonly Posting[]>;
  /** Works on a close to come; what the work does not append is forgotten with it. */
  stage<T>(accountId: number, work: (stage: CloseStage) => Promise<T>): Promise<T>;
  /** False when it has been issued before. */
  issue(accountId: number, closeNumber: number, at: EpochMs, by: string): Promise<boolean>;
}

export const CLOSE_STORE = Symbol('CloseStore');
