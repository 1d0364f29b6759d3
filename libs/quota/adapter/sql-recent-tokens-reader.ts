import type { DataSource } from 'typeorm';
import { type EpochMs, formatInstant } from '#calendar';
import type { RecentTokens, RecentTokensReader } from '../service/recent-usage.js';

/** More would say the same and take longer. */
const EVENTS_MAX = 10_000;

const P95 = `
  select percentile_disc(0.95) within group (order by e.input)::text as input,
    percentile_disc(0.95) within group (order by e.output)::text as output
  from (
    select input_uncached + cache_read + cache_write_5m + cache_write_1h as input, output + reasoning as output
    from usage_event
    where account_id = $1 and occurred_at >= $4 and dimension_id = any (array(
      select dimension_id from usage_dimension where account_id = $1 and team = $2 and model = $3))
    order by occurred_at desc limit ${EVENTS_MAX}
  ) e`;

/** Reads it from the events themselves. */
export class SqlRecentTokensReader implements RecentTokensReader {
  constructor(private readonly dataSource: DataSource) {}

  async p95(accountId: number, team: string, model: string, since: EpochMs): Promise<RecentTokens | undefined> {
    const [row] = await this.dataSource.query<{ input: string | null; output: string | null }[]>(P95, [
      accountId,
      team,
      model,
      formatInstant(since),
    ]);
    const { input, output } = row ?? { input: null, output: null };
    return input === null || output === null ? undefined : { inputTokens: BigInt(input), outputTokens: BigInt(output) };
  }
}
