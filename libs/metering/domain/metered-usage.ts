import type { EpochMs } from '#calendar';
import type { Modality, TokenCounts, UnitCounts } from '#token';

/** Who and what usage is counted under. At least one of `provider` and `pool` is there. */
export interface UsageDimension {
  readonly team: string;
  readonly project: string | null;
  /** The team's cost centre when the event happened. */
  readonly costCenter: string | null;
  readonly apiKey: string | null;
  readonly user: string | null;
  readonly provider: string | null;
  readonly model: string;
  readonly pool: string | null;
  readonly region: string | null;
  readonly serviceTier: string;
  /** The largest breakpoint of input tokens that the request reached; 0 for none. */
  readonly contextFrom: bigint;
  readonly status: string;
  readonly billableTags: Readonly<Record<string, string>>;
  /** Of the tokens; null for text, which the request itself is counted with. */
  readonly modality: Modality | null;
  /** What sent the events, where the team was not known and they may turn out to be another's; else null. */
  readonly source: string | null;
}

/** What was used of one dimension in one charge period beside tokens. */
export interface UnitUsage {
  /** Start of the charge period; it is `CHARGE_PERIOD_MS` long. */
  readonly chargePeriod: EpochMs;
  readonly dimension: UsageDimension;
  /** The canonical text of the dimension (`dimensionKey`): unique, stable, breaks ties. */
  readonly dimensionKey: string;
  readonly units: UnitCounts;
}

/** The sums of one dimension in one charge period. */
export interface MeteredUsage extends UnitUsage {
  readonly requests: bigint;
  readonly tokens: TokenCounts;
  readonly inferenceMicros: bigint;
  readonly prefillMicros: bigint;
  readonly decodeMicros: bigint;
  /** Requests without inference seconds. */
  readonly untimedRequests: bigint;
}

/** The canonical text of a dimension: equal exactly when all its fields are. */
export function dimensionKey(d: UsageDimension): string {
  const tags = Object.entries(d.billableTags);
  if (tags.length > 1) tags.sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([
    d.team,
    d.project,
    d.costCenter,
    d.apiKey,
    d.user,
    d.provider,
    d.model,
    d.pool,
    d.region,
    d.serviceTier,
    d.contextFrom.toString(),
    d.status,
    tags,
    // Left out for nearly all, whose keys are older than these.
    ...(d.source !== null ? [d.modality, d.source] : d.modality !== null ? [d.modality] : []),
  ]);
}
