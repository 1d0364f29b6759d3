import { formatInstant } from '#calendar';
import { MONTH_END, MONTH_START } from './company.js';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const HEADER = 'pool,provider,region,instance_type,pricing_model,hourly_rate,list_hourly_rate,currency,count,from,to';

/** The month's cost records as a CSV file: one reserved machine, spot beside it by day, and one that stands by night. */
export function demoCostRecords(): string {
  const rows = [
    row('l4-east,aws,us-east-1,g6.12xlarge,reserved,2.991056,4.601600', MONTH_START, MONTH_END),
    ...workdays().flatMap((day, i) => [
      // A spot machine comes and goes when the market lets it, not on the quarter of an hour.
      row(
        'l4-east,aws,us-east-1,g6.12xlarge,spot,1.840640,4.601600',
        day + (8 * 60 + (i % 7)) * MINUTE_MS,
        day + (17 * 60 + 23 - (i % 5)) * MINUTE_MS,
      ),
      row(
        'a100-central,gcp,us-central1,a2-highgpu-1g,on_demand,3.673385,',
        day + 19 * 60 * MINUTE_MS,
        Math.min(MONTH_END, day + DAY_MS + 6 * 60 * MINUTE_MS),
      ),
    ]),
    ...saturdays().map((day) =>
      row(
        'a100-central,gcp,us-central1,a2-highgpu-1g,spot,1.92802,3.673385',
        day + 6 * 60 * MINUTE_MS,
        day + 2 * DAY_MS,
      ),
    ),
  ];
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

function workdays(): number[] {
  return days().filter((day) => ![0, 6].includes(new Date(day).getUTCDay()));
}

function saturdays(): number[] {
  return days().filter((day) => new Date(day).getUTCDay() === 6);
}
