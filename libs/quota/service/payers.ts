import type { Clock, EpochMs } from '#calendar';
import {
  businessUnitAt,
  type CostCenterInputs,
  type CostCenterReader,
  costCenterAt,
  type TeamDirectory,
  type TeamInputs,
} from '#directory';

const FRESH_MS = 2_000;
/** Names come from outside; what is remembered of them has an end. */
const TEAMS_MAX = 10_000;

interface Kept<T> {
  readonly value: Promise<T>;
  readonly until: EpochMs;
}

/** Who pays for a team: its cost centre and that one's business unit. Remembered for two seconds. */
export class Payers {
  private readonly teams = new Map<string, Kept<TeamInputs | undefined>>();
  private readonly costCenters = new Map<number, Kept<readonly CostCenterInputs[]>>();

  constructor(
    private readonly teamDirectory: TeamDirectory,
    private readonly costCenterReader: CostCenterReader,
    private readonly clock: Clock,
  ) {}

  async of(
    accountId: number,
    team: string,
    at: EpochMs,
  ): Promise<{ costCenter: string | null; businessUnit: string | null }> {
    const inputs = await this.keep(this.teams, `${accountId} ${team}`, async () => {
      return (await this.teamDirectory.find(accountId, [team])).get(team);
    });
    const costCenter = inputs ? costCenterAt(inputs.versions, at) : null;
    return { costCenter, businessUnit: (await this.businessUnits(accountId))(costCenter, at) };
  }

  /** Of cost centres, as known now. */
  async businessUnits(accountId: number): Promise<(costCenter: string | null, at: EpochMs) => string | null> {
    const all = await this.keep(this.costCenters, accountId, () => this.costCenterReader.load(accountId));
    const byName = new Map(all.map((one) => [one.costCenter, one.versions]));
    return (costCenter, at) => {
      const versions = costCenter === null ? undefined : byName.get(costCenter);
      return versions ? businessUnitAt(versions, at) : null;
    };
  }

  private keep<K, T>(kept: Map<K, Kept<T>>, key: K, read: () => Promise<T>): Promise<T> {
    const now = this.clock.now();
    const known = kept.get(key);
    if (known && now < known.until && known.until - now <= FRESH_MS) return known.value;
    if (kept.size >= TEAMS_MAX) kept.clear();
    const value = read();
    kept.set(key, { value, until: now + FRESH_MS });
    value.catch(() => kept.delete(key));
    return value;
  }
}
