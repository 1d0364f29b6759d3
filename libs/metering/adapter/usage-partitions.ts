import type { DataSource } from 'typeorm';
import type { EpochMicros } from '#calendar';
import { withTransaction } from '#platform';
import type { UsageMonths } from '../service/prepare-months.js';

/** Spells "partitio": the right to add a partition. */
const LOCK = '8097879318471960943';

/** The months that `usage_event` has partitions for: made before they begin, or as events of them arrive. */
export class UsagePartitions implements UsageMonths {
  private readonly known = new Set<string>();

  constructor(private readonly dataSource: DataSource) {}

  /** Makes sure that none of these instants falls into the default partition. */
  async ensure(instants: Iterable<EpochMicros>): Promise<void> {
    const months = new Set<string>();
    for (const at of instants) months.add(monthOf(at));
    for (const month of months) {
      if (this.known.has(month)) continue;
      await this.create(month);
      this.known.add(month);
    }
  }

  private async create(month: string): Promise<void> {
    const table = `usage_event_${month.replace('-', '_')}`;
    await withTransaction(this.dataSource, async (manager) => {
      await manager.query('select pg_advisory_xact_lock($1)', [LOCK]);
      const [found] = await manager.query<{ oid: string | null }[]>('select to_regclass($1) as oid', [table]);
      if (found?.oid) return;
      // Attached rather than created in place, which would lock out all who read or write any month meanwhile.
      await manager.query(`create table ${table} (like usage_event including all)`);
      await manager.query(
        `alter table usage_event attach partition ${table} for values from ('${month}-01Z') to ('${nextMonth(month)}-01Z')`,
      );
    });
  }
}

const DAY_MICROS = 86_400_000_000;
const DAYS_CACHED = 10_000;
/** The month of each day met so far: a date for each event would cost more than all else here. */
const monthOfDay = new Map<number, string>();

/** `2026-11`, in UTC. */
function monthOf(at: EpochMicros): string {
  const day = Math.floor(at / DAY_MICROS);
  const known = monthOfDay.get(day);
  if (known !== undefined) return known;
  const month = new Date(day * 86_400_000).toISOString().slice(0, 7);
  if (monthOfDay.size < DAYS_CACHED) monthOfDay.set(day, month);
  return month;
}

function nextMonth(month: string): string {
  const [year, number] = month.split('-').map(Number);
  return new Date(Date.UTC(year ?? 0, number ?? 0, 1)).toISOString().slice(0, 7);
}
