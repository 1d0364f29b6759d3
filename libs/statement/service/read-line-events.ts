import { chargePeriodStart } from '#calendar';
import type { EventPlace, UnitUsage, UsageEventReader } from '#metering';
import {
  BillSums,
  BillUsage,
  type ChargedBucket,
  type CountedEvent,
  countsOf,
  LineUsage,
  measureOf,
  type StatementLine,
  usageUnitOf,
} from '../domain/index.js';
import type { BilledNow } from './find-line.js';
import type { LineReaders } from './trace-line.js';
import { usageByPeriod } from './usage-by-period.js';

/** Events that are looked for at once, at most. */
const GOAL_MAX = 100_000n;

/** Where a line's usage and the events of it are read. */
export interface EventReaders extends LineReaders {
  readonly events: UsageEventReader;
}

/** Which of a line's events to show: those after a place, at most so many. */
export interface EventPage {
  readonly after: EventPlace | undefined;
  readonly limit: number;
}

/** Buckets of a line, and how many events they are at most the sums of. */
interface Behind {
  readonly buckets: readonly ChargedBucket[];
  readonly events: bigint;
}

/**
 * Reads one page of a line's events. Its usage is billed the plain way, from the page's begin on and charge period by charge period,
 * to see which buckets are the line's; as soon as these can fill the page their events are read. So a page costs what
 * the time that it spans does, however long the month and whatever it holds.
 */
export async function readLineEvents(
  readers: EventReaders,
  billed: BilledNow,
  line: StatementLine,
  { after, limit }: EventPage,
): Promise<readonly CountedEvent[]> {
  const { inputs, snapshot } = billed;
  const { accountId } = inputs.account;
  const events: CountedEvent[] = [];
  let waiting: ChargedBucket[] = [];
  const flush = async () => {
    if (waiting.length === 0) return;
    const input = { accountId, buckets: waiting, measure: measureOf(line), after, snapshot };
    for (const event of await readers.events.read({ ...input, limit: limit - events.length }))
      events.push({ event, ...countsOf(line, event) });
    waiting = [];
  };
  // Of a bucket's events some may count nothing of the line. Where that is so, ever more are read at once.
  let [goal, promised] = [BigInt(limit), 0n];
  for await (const behind of bucketsBehind(readers, billed, line, after)) {
    waiting.push(...behind.buckets);
    promised += behind.events;
    if (promised < goal) continue;
    await flush();
    if (events.length >= limit) return events;
    [goal, promised] = [goal < GOAL_MAX ? goal * 2n : goal, 0n];
  }
  await flush();
  return events;
}

/** Charge period by charge period, from that of the place on. */
async function* bucketsBehind(
  { usage: reader, units }: EventReaders,
  { inputs, snapshot }: BilledNow,
  line: StatementLine,
  after: EventPlace | undefined,
): AsyncGenerator<Behind> {
  const { account, period } = inputs;
  const { accountId, platformTeam } = account;
  const { pool } = line;
  const trace = new LineUsage(line, platformTeam);
  const own = { ...inputs, pools: inputs.pools.filter((billed) => billed.pool === pool) };
  const bill = new BillUsage(own, new BillSums(platformTeam), trace);
  const start = after ? Math.max(period.start, chargePeriodStart(Math.floor(after.occurredAt / 1000))) : period.start;
  if (start >= period.end) return;
  const of = { accountId, start, end: period.end, pools: [pool], snapshot };
  if (usageUnitOf(line)) {
    for await (const counted of units.read(of)) {
      bill.billUnits(counted);
      yield behind(trace.take(), counted);
    }
    return;
  }
  for await (const { chargePeriod, usage } of usageByPeriod(reader, { ...of, origin: 'buckets' })) {
    const rows = usage.filter(({ dimension }) => dimension.pool === pool);
    if (pool === null) bill.billRated(rows);
    else if (rows.length > 0) bill.billPool(pool, chargePeriod, rows);
    yield behind(trace.take(), rows);
  }
}

/** At least one event is behind a bucket that counts something; how many, those of text say. */
function behind(
  buckets: readonly ChargedBucket[],
  usage: readonly (UnitUsage & { readonly requests?: bigint })[],
): Behind {
  const requests = new Map(usage.map((row) => [row.dimensionKey, row.requests]));
  const atLeastOne = (count = 0n) => (count > 0n ? count : 1n);
  const events = buckets.reduce((sum, { dimensionKey }) => sum + atLeastOne(requests.get(dimensionKey)), 0n);
  return { buckets, events };
}
