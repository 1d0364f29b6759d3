import type { Clock, EpochMs } from '#calendar';

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

interface Kept {
  readonly tokens: Promise<RecentTokens | undefined>;
  readonly readAt: EpochMs;
}

/** Remembers for five minutes what was used in the last day. */
export class RecentUsage {
  private readonly kept = new Map<string, Kept>();

  constructor(
    private readonly reader: RecentTokensReader,
    private readonly clock: Clock,
  ) {}

  p95(accountId: number, team: string, model: string): Promise<RecentTokens | undefined> {
    const now = this.clock.now();
    const key = JSON.stringify([accountId, team, model]);
    const known = this.kept.get(key);
    if (known && now >= known.readAt && now < known.readAt + FRESH_MS) return known.tokens;
    if (this.kept.size >= KEPT_MAX) this.kept.clear();
    const tokens = this.reader.p95(accountId, team, model, now - LOOKS_BACK_MS);
    this.kept.set(key, { tokens, readAt: now });
    tokens.catch(() => this.kept.delete(key));
    return tokens;
  }
}
