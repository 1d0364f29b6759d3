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
    return { costCenter, businessUnit: await this.businessUnitOf(accountId, costCenter, at) };
  }

  async businessUnitOf(accountId: number, costCenter: string | null, at: EpochMs): Promise<string | null> {
    if (costCenter === null) return null;
    const all = await this.keep(this.costCenters, accountId, () => this.costCenterReader.load(accountId));
    const found = all.find((one) => one.costCenter === costCenter);
    return found ? businessUnitAt(found.versions, at) : null;
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
