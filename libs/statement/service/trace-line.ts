import type { MeteredUsageReader, UnitUsageReader } from '#metering';
import type { PriceVersion } from '#pricing/domain';
import {
  type BillInputs,
  BillSums,
  BillUsage,
  type ExplainedCharge,
  type LineFields,
  LineTrace,
} from '../domain/index.js';
import { usageByPeriod } from './usage-by-period.js';

/** Where a line's usage is read. */
export interface LineReaders {
  readonly usage: MeteredUsageReader;
  readonly units: UnitUsageReader;
}

/** What a line's own charges are, by charge period, and the prices that they were found by. */
export interface TracedLine {
  readonly charges: readonly ExplainedCharge[];
  readonly prices: readonly PriceVersion[];
}

/**
 * Bills a line's pool, or all that is rated, once more the plain way, and looks on. Charge period by charge period:
 * in memory is one of them, the sums, and an entry for each in which the line was charged.
 */
export async function traceLine(
  { usage: reader, units }: LineReaders,
  inputs: BillInputs,
  line: LineFields,
  snapshot: string,
): Promise<TracedLine> {
  const { account, period, book } = inputs;
  const { pool } = line;
  const trace = new LineTrace(line, account.platformTeam, book);
  const own = { ...inputs, pools: inputs.pools.filter((billed) => billed.pool === pool) };
  const bill = new BillUsage(own, new BillSums(account.platformTeam), trace);
  const of = { accountId: account.accountId, start: period.start, end: period.end, pools: [pool] };
  for await (const { chargePeriod, usage } of usageByPeriod(reader, { ...of, origin: 'buckets', snapshot })) {
    const rows = usage.filter(({ dimension }) => dimension.pool === pool);
    if (pool === null) bill.billRated(rows);
    else if (rows.length > 0) bill.billPool(pool, chargePeriod, rows);
  }
  for await (const counted of units.read({ ...of, snapshot })) bill.billUnits(counted);
  bill.billUnused();
  return { charges: trace.charges(), prices: trace.prices() };
}
