import type { Clock, EpochMs } from '#calendar';
import { fail, type Outcome, succeed } from '#outcome';
import { type Caller, costCenterAt } from '../domain/index.js';
import type { Team, TeamChange, TeamPage, TeamStore } from './team-store.js';

export interface SetTeamInput {
  readonly team: string;
  /** Undefined leaves it; null takes it away. */
  readonly displayName: string | null | undefined;
  /** Undefined leaves it; null: none from `validFrom` on. */
  readonly costCenter: string | null | undefined;
  /** Undefined: from the beginning for the first version, from now for later ones. */
  readonly validFrom: EpochMs | undefined;
}

/** Since when the first version holds, so that usage from before the team was set up has an owner too. */
const BEGINNING: EpochMs = 0;

/** What one does with teams. */
export class Teams {
  constructor(
    private readonly store: TeamStore,
    private readonly clock: Clock,
  ) {}

  list(page: TeamPage): Promise<readonly Team[]> {
    return this.store.list(page);
  }

  /** Fails with `directory.team_not_found`. */
  async find(accountId: number, team: string): Promise<Outcome<Team>> {
    const found = await this.store.find(accountId, team);
    if (found) return succeed(found);
    return fail({
      kind: 'not_found',
      code: 'directory.team_not_found',
      detail: `There is no team ${JSON.stringify(team)}.`,
    });
  }

  /** Fails with `directory.team_exists`. */
  async create(caller: Caller, input: SetTeamInput): Promise<Outcome<Team>> {
    const { before, after } = await this.store.change(caller.accountId, input.team, (current) =>
      current ? undefined : this.changeOf(caller, input, undefined),
    );
    if (!before && after) return succeed(after);
    const detail = `The team ${JSON.stringify(input.team)} exists already; change it with PUT.`;
    return fail({ kind: 'conflict', code: 'directory.team_exists', detail });
  }

  /** Makes the team or changes it. Saying what is so already adds no version. */
  async set(caller: Caller, input: SetTeamInput): Promise<Team> {
    const { after: team } = await this.store.change(caller.accountId, input.team, (current) =>
      this.changeOf(caller, input, current),
    );
    if (!team) throw new Error('a change was asked for and no team is there');
    return team;
  }

  private changeOf(caller: Caller, input: SetTeamInput, current: Team | undefined): TeamChange {
    const versions = current?.versions ?? [];
    const now = this.clock.now();
    const validFrom = input.validFrom ?? (versions.length === 0 ? BEGINNING : now);
    const { costCenter } = input;
    const changes = costCenter !== undefined && costCenterAt(versions, validFrom) !== costCenter;
    return {
      accountId: caller.accountId,
      team: input.team,
      displayName: input.displayName,
      version: changes ? { validFrom, costCenter, recordedAt: now, recordedBy: caller.apiKeyId } : undefined,
    };
  }
}

export const TEAMS = Symbol('Teams');
