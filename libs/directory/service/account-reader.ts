import type { Account } from '../domain/index.js';

export interface AccountReader {
  /** Throws when there is no such account: callers hold ids of accounts that exist. */
  load(accountId: number): Promise<Account>;
  list(): Promise<readonly Account[]>;
}

export const ACCOUNT_READER = Symbol('AccountReader');
