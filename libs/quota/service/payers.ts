import type { Clock, EpochMs } from '#calendar';
import { businessUnitAt, type CostCenterReader, costCenterAt, type TeamDirectory, type TeamInputs } from '#directory';
import { type IsOutage, LastKnown } from './last-known.js';

const FRESH_MS = 2_000;
const TEAMS_MAX = 10_000;
const ACCOUNTS_MAX = 1_000;

/** Not the same as a team that is not known, or has no cost centre. */
const UNKNOWN = Symbol('out of reach');

export interface Payer {
  readonly costCenter: string | null;
  readonly businessUnit: string | null;
}

type BusinessUnitOf = (costCenter: string | null, at: EpochMs) => string | null;

/**
 * Who pays for a team: its cost centre and that one's business unit. Remembered for two seconds, and on while the database is out
 * of reach.
 */
export class Payers {
  private readonly teams: LastKnown<string, TeamInputs | undefined | typeof UNKNOWN>;
  private readonly units: LastKnown<number, BusinessUnitOf | typeof UNKNOWN>;

  constructor(
    private readonly teamDirectory: TeamDirectory,
    private readonly costCenterReader: CostCenterReader,
    clock: Clock,
    isOutage: IsOutage,
  ) {
    const settings = { freshMs: FRESH_MS, otherwise: UNKNOWN } as const;
    this.teams = new LastKnown({ ...settings, max: TEAMS_MAX }, clock, isOutage);
    this.units = new LastKnown({ ...settings, max: ACCOUNTS_MAX }, clock, isOutage);
  }

  /** Undefined: nobody can say now, for the database is out of reach and the team was not asked for before. */
  async of(accountId: number, team: string, at: EpochMs): Promise<Payer | undefined> {
    const inputs = await this.teams.get(`${accountId} ${team}`, async () => {
      return (await this.teamDirectory.find(accountId, [team])).get(team);
    });
    const businessUnitOf = await this.units.get(accountId, () => this.businessUnits(accountId));
    if (inputs === UNKNOWN || businessUnitOf === UNKNOWN) return undefined;
    const costCenter = inputs ? costCenterAt(inputs.versions, at) : null;
    return { costCenter, businessUnit: businessUnitOf(costCenter, at) };
  }

  /** Of cost centres, as the database says now: what was used is counted by nothing that is only remembered. */
  async businessUnits(accountId: number): Promise<BusinessUnitOf> {
    const all = await this.costCenterReader.load(accountId);
    const byName = new Map(all.map((one) => [one.costCenter, one.versions]));
    return (costCenter, at) => {
      const versions = costCenter === null ? undefined : byName.get(costCenter);
      return versions ? businessUnitAt(versions, at) : null;
    };
  }
}
