import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PoolPeriod, spreadCost } from '#cost-record';
import { purchaseOf } from '../../libs/cost-record/domain/testing.js';
import { recordOf } from '../../libs/statement/domain/testing.js';
import { dollars } from './figures.js';

/** Real rates of GPU machines at Google Cloud in July 2026: on demand, spot, and committed to for one and three years. */
const PRICES = process.env.APPORTION_TEST_PRICES ?? join(__dirname, '../../../shared/data/prices');
const FILE = join(PRICES, 'gcp_gpu_us-central1_europe-west4_2026-07-30.csv');
const OCTOBER = Date.UTC(2026, 9, 1);
const HOURS = 744n;
const HOUR_MS = 3_600_000;

interface Machine {
  readonly name: string;
  readonly rates: ReadonlyMap<string, string>;
}

/** Machines that can be committed to, with their rate by the hour under each pricing model. */
function machines(): Machine[] {
  if (!existsSync(FILE)) {
    console.warn(`skipped: no prices in ${PRICES} (set APPORTION_TEST_PRICES)`);
    return [];
  }
  const rates = new Map<string, Map<string, string>>();
  for (const line of readFileSync(FILE, 'utf8').trim().split(/\r?\n/).slice(1)) {
    const [, region = '', type = '', model = '', rate = ''] = line.split(',');
    // Some are quotients with more digits than money has here.
    const cut = rate.replace(/(\.\d{12})\d+$/, '$1');
    const name = `${type} in ${region}`;
    rates.set(name, (rates.get(name) ?? new Map<string, string>()).set(model, cut));
  }
  return [...rates].map(([name, of]) => ({ name, rates: of })).filter(({ rates: of }) => of.has('cud-3y'));
}

const sum = (periods: readonly PoolPeriod[], of: (period: PoolPeriod) => bigint | null | undefined) =>
  periods.reduce((total, period) => total + (of(period) ?? 0n), 0n);
const found = machines();
const suite = found.length === 0 ? describe.skip : describe;

suite('four machines committed to for three years, of which two ran', () => {
  it.each(found.map(({ name, rates }) => [name, rates] as const))('%s', (_, rates) => {
    const [committed, onDemand] = ['cud-3y', 'on-demand'].map((model) => dollars(rates.get(model) ?? ''));
    if (committed === undefined || onDemand === undefined) throw new Error('a machine without a rate');
    const validTo = Date.UTC(2029, 9, 1);
    const purchase = purchaseOf({
      ...{ pool: 'gpu', pricingModel: 'committed', validFrom: OCTOBER, validTo, instanceMicros: 4_000_000n },
      ...{ upfront: 0n, terms: [{ from: OCTOBER, hourlyRate: committed, power: null }] },
      ...{ listHourlyRate: onDemand, recordedFrom: OCTOBER },
    });
    const ran = recordOf({
      ...{ pool: 'gpu', pricingModel: 'committed', validFrom: OCTOBER, validTo: null, instanceMicros: 2_000_000n },
      ...{ hourlyRate: onDemand, listHourlyRate: onDemand },
    });
    const month = spreadCost([ran], OCTOBER, OCTOBER + Number(HOURS) * HOUR_MS, [purchase]);
    expect(sum(month, ({ effective }) => effective)).toBe(committed * 4n * HOURS);
    expect(sum(month, ({ invoiced }) => invoiced)).toBe(committed * 4n * HOURS);
    expect(sum(month, ({ list }) => list)).toBe(onDemand * 4n * HOURS);
    expect(sum(month, ({ unused }) => unused?.effective)).toBe(committed * 2n * HOURS);
    // What was saved against running two on demand, unused half and all.
    expect(sum(month, ({ effective }) => effective) < onDemand * 2n * HOURS).toBe(committed * 2n < onDemand);
  });
});
