import type { TeamInputs } from '../domain/index.js';

/** Loads every team of the account, sorted by name in code-unit order, with its versions in order. */
export interface TeamReader {
  load(accountId: number): Promise<readonly TeamInputs[]>;
}

export const TEAM_READER = Symbol('TeamReader');
