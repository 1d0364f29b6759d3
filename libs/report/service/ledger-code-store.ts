import type { LedgerCode, LedgerCodeVersion, LedgerName } from '../domain/index.js';

export interface LedgerCodePage {
  readonly accountId: number;
  /** Names after this one, in the order of kind and name. */
  readonly after: LedgerName | undefined;
  readonly limit: number;
}

/** The codes that a general ledger elsewhere has for our names. Versions are added, none is changed. */
export interface LedgerCodeStore {
  list(page: LedgerCodePage): Promise<readonly LedgerCode[]>;
  /** All that is known of these names, of either kind. */
  load(accountId: number, names: readonly string[]): Promise<readonly LedgerCode[]>;
  /** Adds the version that `decide` makes of those before, with nobody else adding one meanwhile; none when it makes none. */
  change(
    accountId: number,
    name: LedgerName,
    decide: (before: readonly LedgerCodeVersion[]) => LedgerCodeVersion | undefined,
  ): Promise<LedgerCode>;
}

export const LEDGER_CODE_STORE = Symbol('LedgerCodeStore');
