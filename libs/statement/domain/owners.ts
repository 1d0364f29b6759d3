import type { EpochMs } from '#calendar';
import { costCenterAt, type TeamInputs } from '#directory/domain';
import type { UsageDimension } from '#metering/domain';

/** Who the directory knows, and which cost centre a team's usage belongs to. */
export class Owners {
  private readonly teams: ReadonlyMap<string, TeamInputs>;

  constructor(teams: readonly TeamInputs[]) {
    this.teams = new Map(teams.map((inputs) => [inputs.team, inputs]));
  }

  /** Equal exactly when all that it says is. */
  fingerprint(): string {
    return JSON.stringify([...this.teams.values()]);
  }

  readonly isKnownTeam = (team: string): boolean => this.teams.has(team);

  /** What the event wrote down when it happened; where it wrote nothing, what the directory says of that time. */
  costCenterOf({ costCenter, team }: Pick<UsageDimension, 'costCenter' | 'team'>, at: EpochMs): string | null {
    return costCenter ?? costCenterAt(this.teams.get(team)?.versions ?? [], at);
  }

  /** The first instant after `at` from which `costCenterOf` may say something else; infinity when none is known. */
  costCenterUntil({ costCenter, team }: Pick<UsageDimension, 'costCenter' | 'team'>, at: EpochMs): EpochMs {
    if (costCenter !== null) return Number.POSITIVE_INFINITY;
    const later = (this.teams.get(team)?.versions ?? []).filter(({ validFrom }) => validFrom > at);
    return Math.min(...later.map(({ validFrom }) => validFrom));
  }
}
