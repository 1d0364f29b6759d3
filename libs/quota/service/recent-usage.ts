import type { Clock, EpochMs } from '#calendar';
import { type IsOutage, LastKnown } from './last-known.js';

/** What nineteen of twenty requests of a team to a model stayed within. */
export interface RecentTokens {
  readonly inputTokens: bigint;
  readonly outputTokens: bigint;
}

/** Reads what was used of late; undefined: nothing was. */
export interface RecentTokensReader {
  p95(accountId: number, team: string, model: string, since: EpochMs): Promise<RecentTokens | undefined>;
}

const LOOKS_BACK_MS = 24 * 3_600_000;
const FRESH_MS = 300_000;
const KEPT_MAX = 10_000;

/** Remembers for five minutes what was used in the last day; while the database is out of reach, on. What it never knew it has not seen. */
export class RecentUsage {
  private readonly known: LastKnown<string, RecentTokens | undefined>;

  constructor(
    private readonly reader: RecentTokensReader,
    private readonly clock: Clock,
    isOutage: IsOutage,
  ) {
    this.known = new LastKnown({ freshMs: FRESH_MS, max: KEPT_MAX, otherwise: undefined }, clock, isOutage);
  }

  p95(accountId: number, team: string, model: string): Promise<RecentTokens | undefined> {
    const key = JSON.stringify([accountId, team, model]);
    return this.known.get(key, () => this.reader.p95(accountId, team, model, this.clock.now() - LOOKS_BACK_MS));
  }
}
