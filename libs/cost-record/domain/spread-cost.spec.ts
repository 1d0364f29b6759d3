import fc from 'fast-check';
import { CHARGE_PERIOD_MS } from '#calendar';
import { parsePicos } from '#money';
import type { CostRecord } from './cost-record.js';
import { spreadCost, totalCost } from './spread-cost.js';

const HOUR = 3_600_000;
const START = Date.UTC(2023, 10, 1);
const picos = (text: string): bigint => parsePicos(text) ?? fail(text);
const fail = (text: string): never => {
  throw new Error(text);
};

function record(overrides: Partial<CostRecord> = {}): CostRecord {
  return {
    costRecordId: '0',
    version: 1,
    pool: 'h100-east',
    provider: 'aws',
    region: 'us-east-1',
    instanceType: 'p5.48xlarge',
    pricingModel: 'on_demand',
    validFrom: START,
    validTo: START + HOUR,
    hourlyRate: picos('55.04'),
    listHourlyRate: picos('55.04'),
    currency: 'USD',
    instanceMicros: 1_000_000n,
    ...overrides,
  };
}

const sum = (amounts: readonly (bigint | null)[]): bigint => amounts.reduce<bigint>((a, b) => a + (b ?? 0n), 0n);
const records = fc.array(
  fc
    .record({
      pool: fc.constantFrom('a', 'b'),
      validFrom: fc.integer({ min: -5 * HOUR, max: 5 * HOUR }).map((ms) => START + ms),
      lengthMs: fc.option(fc.integer({ min: 1, max: 10 * HOUR })),
      hourlyRate: fc.bigInt({ min: 0n, max: 10n ** 15n }),
      listHourlyRate: fc.option(fc.bigInt({ min: 0n, max: 10n ** 15n })),
      instanceMicros: fc.bigInt({ min: 0n, max: 10n ** 9n }),
    })
    .map(({ lengthMs, ...rest }) => record({ ...rest, validTo: lengthMs === null ? null : rest.validFrom + lengthMs })),
  { maxLength: 8 },
);
const cuts = fc.array(fc.integer({ min: -6 * HOUR, max: 16 * HOUR }), { maxLength: 6 });
const [FIRST, LAST] = [START - 6 * HOUR, START + 16 * HOUR];

describe('spreadCost', () => {
  it('gives a steady hour four equal periods', () => {
    const periods = spreadCost([record()], START, START + HOUR);
    expect(periods.map(({ chargePeriod }) => chargePeriod - START)).toEqual(
      [0, 1, 2, 3].map((i) => i * CHARGE_PERIOD_MS),
    );
    expect(periods.map(({ effective }) => effective)).toEqual(Array(4).fill(picos('13.76')));
    expect(periods.map(({ list }) => list)).toEqual(Array(4).fill(picos('13.76')));
    expect(periods.map(({ instanceMicroMs }) => instanceMicroMs)).toEqual(Array(4).fill(1_000_000n * 900_000n));
  });

  it('charges instances that start and stop within a period for the time they stood', () => {
    const within = record({ validFrom: START + 60_000, validTo: START + 61_000 });
    expect(spreadCost([within], START, START + HOUR)).toEqual([
      {
        pool: 'h100-east',
        chargePeriod: START,
        // 55.04 / 3600 is 0.0152888…, half-even at picos.
        effective: picos('0.015288888889'),
        list: picos('0.015288888889'),
        contracted: picos('0.015288888889'),
        invoiced: picos('0.015288888889'),
        instanceMicroMs: 1_000_000n * 1000n,
      },
    ]);
  });

  it('takes a change of the rate as two records side by side', () => {
    const change = START + 20 * 60_000;
    const before = record({ validTo: change, hourlyRate: picos('3') });
    const after = record({ validFrom: change, hourlyRate: picos('6') });
    const effective = spreadCost([before, after], START, START + HOUR).map((period) => period.effective);
    expect(effective).toEqual(['0.75', '1.25', '1.5', '1.5'].map(picos));
  });

  it('takes fractions of an instance and records on top of each other', () => {
    const half = record({ instanceMicros: 500_000n });
    const [period] = spreadCost([half, record({ instanceMicros: 2_250_000n })], START, START + CHARGE_PERIOD_MS);
    expect(period?.effective).toBe(picos('37.84'));
    expect(period?.instanceMicroMs).toBe(2_750_000n * 900_000n);
  });

  it('knows no list cost where one record has none, and only there', () => {
    const spot = record({ pricingModel: 'spot', listHourlyRate: null, validTo: START + CHARGE_PERIOD_MS });
    const list = spreadCost([record(), spot], START, START + HOUR).map((period) => period.list);
    expect(list).toEqual([null, picos('13.76'), picos('13.76'), picos('13.76')]);
  });

  it('has no period where nothing stood, and one where what stood was free', () => {
    expect(spreadCost([record({ instanceMicros: 0n })], START, START + HOUR)).toEqual([]);
    expect(spreadCost([record()], START + HOUR, START + 2 * HOUR)).toEqual([]);
    const free = spreadCost([record({ hourlyRate: 0n, listHourlyRate: 0n })], START, START + CHARGE_PERIOD_MS);
    expect(free).toMatchObject([{ effective: 0n, instanceMicroMs: 900_000_000_000n }]);
  });

  it('lets records without an end stand until the end of the interval', () => {
    expect(spreadCost([record({ validTo: null })], START, START + 2 * HOUR)).toHaveLength(8);
  });

  it('gives parts that sum to the exact cost of each record', () => {
    fc.assert(
      fc.property(records, (list) => {
        const closed = list.map((one) => ({ ...one, validTo: one.validTo ?? LAST }));
        const exact = closed.map((one) => {
          const product = one.hourlyRate * one.instanceMicros * BigInt(one.validTo - one.validFrom);
          return Number(product % 3_600_000_000_000n) === 0 ? product / 3_600_000_000_000n : undefined;
        });
        closed.forEach((one, i) => {
          const parts = sum(spreadCost([one], FIRST, LAST).map(({ effective }) => effective));
          if (exact[i] !== undefined) expect(parts).toBe(exact[i]);
          expect(parts).toBe(totalCost([one], one.validFrom, one.validTo));
        });
      }),
    );
  });

  it('gives the same sums however time is divided', () => {
    fc.assert(
      fc.property(records, cuts, (list, offsets) => {
        const edges = [FIRST, ...offsets.map((ms) => START + ms).sort((a, b) => a - b), LAST];
        const parts = edges.slice(1).flatMap((end, i) => spreadCost(list, edges[i] ?? FIRST, end));
        const whole = spreadCost(list, FIRST, LAST);
        expect(sum(parts.map(({ effective }) => effective))).toBe(totalCost(list, FIRST, LAST));
        expect(sum(whole.map(({ effective }) => effective))).toBe(totalCost(list, FIRST, LAST));
        expect(sum(parts.map(({ instanceMicroMs }) => instanceMicroMs))).toBe(
          sum(whole.map(({ instanceMicroMs }) => instanceMicroMs)),
        );
      }),
    );
  });

  it('costs each period by its ends, steady or not, halves of a pico too', () => {
    const rate = fc.oneof(
      fc.bigInt({ min: 0n, max: 10n ** 15n }),
      fc.bigInt({ min: 0n, max: 50n }).map((picosPerPeriod) => picosPerPeriod * 4n),
    );
    const offset = fc.oneof(fc.constantFrom(0, 450_000), fc.integer({ min: 0, max: 900_000 }));
    fc.assert(
      fc.property(rate, offset, fc.integer({ min: 1, max: 3 * HOUR }), (hourlyRate, offsetMs, lengthMs) => {
        const validFrom = START + offsetMs;
        const one = record({ hourlyRate, validFrom, validTo: validFrom + lengthMs });
        const periods = spreadCost([one], FIRST, LAST);
        expect(periods.map(({ effective }) => effective)).toEqual(
          periods.map(({ chargePeriod }) => totalCost([one], chargePeriod, chargePeriod + CHARGE_PERIOD_MS)),
        );
      }),
    );
  });

  it('does not depend on the order of the records', () => {
    fc.assert(
      fc.property(records, (list) => {
        expect(spreadCost([...list].reverse(), FIRST, LAST)).toEqual(spreadCost(list, FIRST, LAST));
      }),
    );
  });
});
