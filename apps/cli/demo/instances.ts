import { formatInstant } from '#calendar';
import { MONTH_END, MONTH_START } from './company.js';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const HEADER = 'pool,provider,region,instance_type,pricing_model,hourly_rate,list_hourly_rate,currency,count,from,to';

const L4 = 'l4-east,aws,us-east-1,g6.12xlarge';
const A100 = 'a100-central,gcp,us-central1,a2-highgpu-1g';

/** The month's cost records as a CSV file: a reserved machine, spot beside it by day, and one that stands by night. */
export function demoCostRecords(): string {
  const rows = [row(`${L4},reserved,2.991056,4.6016`, MONTH_START, MONTH_END)];
  for (const [i, day] of days().entries()) {
    const at = (hour: number, minute = 0) => day + (hour * 60 + minute) * MINUTE_MS;
    if (isWeekend(day)) {
      rows.push(row(`${A100},spot,1.92802,3.673385`, at(0), at(24)));
      continue;
    }
    // A spot machine comes and goes when the market lets it, not on the quarter of an hour.
    rows.push(row(`${L4},spot,1.84064,4.6016`, at(8, i % 7), at(17, 23 - (i % 5))));
    rows.push(row(`${A100},on_demand,3.673385,`, at(0), at(6, 40)));
    rows.push(row(`${A100},on_demand,3.673385,`, at(18, 30), at(24)));
  }
  return `${[HEADER, ...rows].join('\n')}\n`;
}

/** A negotiated price beside the public one: a tenth off, for requests of any size. */
export function demoContractPrices(): string {
  const prices = {
    input_uncached: ['2.70', '5.40'],
    cache_read: ['0.27', '0.54'],
    cache_write_5m: ['3.375', '6.75'],
    output: ['13.50', '20.25'],
  };
  const rows = Object.entries(prices).flatMap(([tokenClass, [base, long]]) => [
    `anthropic,claude-sonnet-4-5,${tokenClass},${base},USD,0,2026-07-01T00:00:00Z`,
    `anthropic,claude-sonnet-4-5,${tokenClass},${long},USD,200001,2026-07-01T00:00:00Z`,
  ]);
  return `provider,model,token_class,price_per_1m,currency,context_from,from\n${rows.join('\n')}\n`;
}

function row(fields: string, from: number, to: number): string {
  return `${fields},USD,1,${formatInstant(from)},${formatInstant(to)}`;
}

function days(): number[] {
  return Array.from({ length: Math.round((MONTH_END - MONTH_START) / DAY_MS) }, (_, i) => MONTH_START + i * DAY_MS);
}

function isWeekend(day: number): boolean {
  return [0, 6].includes(new Date(day).getUTCDay());
}
