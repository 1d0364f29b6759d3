import type { EpochMicros } from '#calendar';
import { TOKEN_CLASSES, type TokenCounts, type UnitCounts, USAGE_UNITS } from '#token';

/** Tokens by class, in the order of `TOKEN_CLASSES`, and what they are counted under. */
export interface RecordedTokens {
  readonly dimensionId: number;
  readonly tokens: readonly number[];
}

/** One metered event, as the counts of quotas need it. */
export interface UsageRecord {
  readonly occurredAt: EpochMicros;
  /** Of text. */
  readonly text: RecordedTokens;
  /** Of other modalities. */
  readonly parts: readonly RecordedTokens[];
  /** Scaled as `USAGE_UNIT_DECIMALS` says. */
  readonly units: Readonly<Record<string, number>>;
  readonly tags: Readonly<Record<string, string>> | null;
  readonly reservationId: string | null;
}

type Row = readonly [
  occurredAt: number,
  dimensionId: number,
  tokens: readonly number[],
  tags: Readonly<Record<string, string>> | null,
  reservationId: string | null,
  parts?: readonly (readonly [dimensionId: number, tokens: readonly number[]])[],
  units?: Readonly<Record<string, number>>,
];

/** As it waits to be counted: arrays, for it is written, read back and dropped within the second. */
export function encodeUsage(records: readonly UsageRecord[]): string {
  return JSON.stringify(
    records.map(({ occurredAt, text, parts, units, tags, reservationId }): Row => {
      const row = [occurredAt, text.dimensionId, text.tokens, tags, reservationId] as const;
      if (parts.length === 0 && Object.keys(units).length === 0) return row;
      return [...row, parts.map(({ dimensionId, tokens }) => [dimensionId, tokens] as const), units];
    }),
  );
}

/** Only what `encodeUsage` wrote is ever here. */
export function decodeUsage(payload: string): UsageRecord[] {
  const rows = JSON.parse(payload) as Row[];
  return rows.map(([occurredAt, dimensionId, tokens, tags, reservationId, parts = [], units = {}]) => ({
    occurredAt,
    text: { dimensionId, tokens },
    parts: parts.map(([id, counts]) => ({ dimensionId: id, tokens: counts })),
    units,
    tags,
    reservationId,
  }));
}

export function tokenCountsOf(tokens: readonly number[]): TokenCounts {
  const [inputUncached = 0n, cacheRead = 0n, cacheWrite5m = 0n, cacheWrite1h = 0n, output = 0n, reasoning = 0n] =
    TOKEN_CLASSES.map((_, i) => BigInt(tokens[i] ?? 0));
  return { inputUncached, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning };
}

export function unitCountsOf(units: Readonly<Record<string, number>>): UnitCounts {
  return Object.fromEntries(
    USAGE_UNITS.flatMap((unit) => {
      const quantity = units[unit];
      return quantity === undefined ? [] : [[unit, BigInt(quantity)]];
    }),
  );
}
