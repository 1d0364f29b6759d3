import type { EpochMs } from '#calendar';
import type { TeamVersion } from '../domain/index.js';

/** A version as it was recorded. */
export interface RecordedTeamVersion extends TeamVersion {
  readonly recordedAt: EpochMs;
  readonly recordedBy: string | null;
}

export interface Team {
  readonly team: string;
  readonly displayName: string | null;
  /** `event`: named by an event before anybody put it into the directory. */
  readonly registeredBy: 'admin' | 'event';
  readonly createdAt: EpochMs;
  /** Ascending by version. */
  readonly versions: readonly RecordedTeamVersion[];
}

export interface TeamPage {
  readonly accountId: number;
  /** Teams with a greater name in code-unit order. */
  readonly after: string | undefined;
  readonly limit: number;
}

export interface TeamChange {
  readonly accountId: number;
  readonly team: string;
  /** Undefined leaves it. */
  readonly displayName: string | null | undefined;
  /** Undefined adds no version. */
  readonly version: Omit<RecordedTeamVersion, 'version'> | undefined;
}

/** Undefined: not there. */
export interface ChangedTeam {
  readonly before: Team | undefined;
  readonly after: Team | undefined;
}

export interface TeamStore {
  list(page: TeamPage): Promise<readonly Team[]>;
  find(accountId: number, team: string): Promise<Team | undefined>;
  /**
   * Changes a team under its lock, made first if it is not there. `decide` sees it as it is (undefined: new) and answers
   * with the change, or undefined for none. Answers the team as it was and as it is then.
   */
  change(
    accountId: number,
    team: string,
    decide: (current: Team | undefined) => TeamChange | undefined,
  ): Promise<ChangedTeam>;
}
