import type { TeamInputs } from '../domain/index.js';

/** Look-ups of many teams at once, for the ingest path: one round trip each, whatever the number. */
export interface TeamDirectory {
  /** Those of the teams that the directory knows, by name. */
  find(accountId: number, teams: readonly string[]): Promise<ReadonlyMap<string, TeamInputs>>;
  /** Makes the teams known that are not yet, as registered by their first event, with no cost centre. */
  register(accountId: number, teams: readonly string[]): Promise<void>;
}

export const TEAM_DIRECTORY = Symbol('TeamDirectory');
