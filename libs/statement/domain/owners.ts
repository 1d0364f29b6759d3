import type { EpochMs } from '#calendar';
import { costCenterAt, type MappingRule, type TeamInputs } from '#directory/domain';
import type { UnitUsage, UsageDimension } from '#metering/domain';
import { OwnerMapping } from './owner-mapping.js';

/** Who the directory knows, whose usage it says is whose, and which cost centre a team's usage belongs to. */
export class Owners {
  private readonly teams: ReadonlyMap<string, TeamInputs>;
  private readonly mapping: OwnerMapping;

  constructor(teams: readonly TeamInputs[], rules: readonly MappingRule[] = []) {
    this.teams = new Map(teams.map((inputs) => [inputs.team, inputs]));
    this.mapping = new OwnerMapping(rules, this.isKnownTeam);
  }

  /** The same teams under other rules. */
  withRules(rules: readonly MappingRule[]): Owners {
    return new Owners([...this.teams.values()], rules);
  }

  /** The versions of the rules that count. */
  get rules(): readonly MappingRule[] {
    return this.mapping.rules;
  }

  /** Equal exactly when all that it says is. */
  fingerprint(): string {
    return JSON.stringify([[...this.teams.values()], this.rules]);
  }

  readonly isKnownTeam = (team: string): boolean => this.teams.has(team);

  /**
   * Under whom usage is billed: the dimension itself unless a mapping rule says otherwise. What the event wrote down of the
   * cost centre was of the team that it named, so it goes with that.
   */
  ownerOf(dimension: UsageDimension, at: EpochMs): UsageDimension {
    const rule = this.mapping.ruleFor(dimension, at);
    if (!rule) return dimension;
    const { team, project, costCenter } = rule;
    return { ...dimension, team, project: project ?? dimension.project, costCenter };
  }

  /** Usage under whom it is billed. Its `dimensionKey` stays that of the events, which ties are broken by. */
  owned<T extends UnitUsage>(usage: readonly T[]): readonly T[] {
    if (this.rules.length === 0) return usage;
    return usage.map((row) => ({ ...row, dimension: this.ownerOf(row.dimension, row.chargePeriod) }));
  }

  /** What the event wrote down when it happened; where it wrote nothing, what the directory says of that time. */
  costCenterOf({ costCenter, team }: Pick<UsageDimension, 'costCenter' | 'team'>, at: EpochMs): string | null {
    return costCenter ?? costCenterAt(this.teams.get(team)?.versions ?? [], at);
  }

  /** The first instant after `at` from which the owner of a dimension, or the owner's cost centre, may be another. */
  ownerUntil(dimension: UsageDimension, at: EpochMs): EpochMs {
    return Math.min(this.mapping.until(at), this.costCenterUntil(this.ownerOf(dimension, at), at));
  }

  private costCenterUntil({ costCenter, team }: UsageDimension, at: EpochMs): EpochMs {
    if (costCenter !== null) return Number.POSITIVE_INFINITY;
    const later = (this.teams.get(team)?.versions ?? []).filter(({ validFrom }) => validFrom > at);
    return Math.min(...later.map(({ validFrom }) => validFrom));
  }
}
