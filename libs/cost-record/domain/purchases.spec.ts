import fc from 'fast-check';
import { CHARGE_PERIOD_MS } from '#calendar';
import { parsePicos } from '#money';
import { recordOf } from '../../statement/domain/testing.js';
import type { CapacityPurchase } from './capacity-purchase.js';
import type { CostRecord, PoolPeriod } from './cost-record.js';
import { runningCost } from './running-cost.js';
import { spreadCost } from './spread-cost.js';
import { expectSame, purchaseOf } from './testing.js';

const HOUR = 3_600_000;
const START = Date.UTC(2023, 10, 1);
const picos = (text: string): bigint => {
  const parsed = parsePicos(text);
  if (parsed === undefined) throw new RangeError(text);
  return parsed;
};
const at = (hours: number) => START + hours * HOUR;
/** What was recorded as running under the purchases of `purchaseOf`. */
const ran = (from: number, to: number, count: bigint, hourlyRate = '0', over: Partial<CostRecord> = {}) =>
  recordOf({
    pricingModel: 'reserved',
    validFrom: at(from),
    validTo: at(to),
    instanceMicros: count * 1_000_000n,
    hourlyRate: picos(hourlyRate),
    listHourlyRate: null,
    ...over,
  });
const first = (records: readonly CostRecord[], purchases: readonly CapacityPurchase[], hour = 0) =>
  spreadCost(records, at(hour), at(hour) + CHARGE_PERIOD_MS, purchases)[0];

describe('a reservation', () => {
  // Four instances for three years (1,096 days, 26,304 hours): $2,104,320 at once are $20, with the fee $30 an instance-hour.
  const threeYears = {
    validFrom: Date.UTC(2026, 0, 1),
    validTo: Date.UTC(2029, 0, 1),
    instanceMicros: 4_000_000n,
    upfront: picos('2104320'),
    terms: [{ from: Date.UTC(2026, 0, 1), hourlyRate: picos('10'), power: null }],
  };

  it('costs its upfront fee evenly over the term and its hourly fee', () => {
    const [period] = spreadCost([], Date.UTC(2027, 5, 1), Date.UTC(2027, 5, 1) + CHARGE_PERIOD_MS, [
      purchaseOf({ ...threeYears, listHourlyRate: picos('98.32'), contractedHourlyRate: picos('90') }),
    ]);
    expect(period).toEqual({
      pool: 'h100',
      chargePeriod: Date.UTC(2027, 5, 1),
      effective: picos('30'),
      list: picos('98.32'),
      contracted: picos('90'),
      // What was paid at once fell due in January 2026.
      invoiced: picos('10'),
      instanceMicroMs: 4_000_000n * 900_000n,
    });
  });

  it('is invoiced at once when it begins', () => {
    const [period] = spreadCost([], threeYears.validFrom, threeYears.validFrom + CHARGE_PERIOD_MS, [
      purchaseOf(threeYears),
    ]);
    expect(period).toMatchObject({ effective: picos('30'), invoiced: picos('2104330'), list: null, contracted: null });
  });

  it('is idle as far as fewer instances ran', () => {
    const purchase = purchaseOf({ instanceMicros: 4_000_000n, upfront: picos('2880'), recordedFrom: START });
    // One of four for the first ten minutes of the quarter, then three: 10/15 x 3 + 5/15 x 1 of four stood unused.
    const records = [ran(0, 1 / 6, 1n), ran(1 / 6, 1, 3n)];
    // $1 + $4 an instance-hour: $5 a quarter of an hour, 7/12 of it unused; upfront and hourly fee are rounded each.
    const period = first(records, [purchase]);
    expect(period).toMatchObject({
      effective: picos('5'),
      instanceMicroMs: 4_000_000n * 900_000n,
      unused: { effective: picos('2.916666666666'), list: null, instanceMicroMs: 2_100_000_000_000n },
    });
    expect(period && runningCost(period)).toMatchObject({
      effective: picos('2.083333333334'),
      instanceMicroMs: 1_500_000_000_000n,
    });
  });

  it('leaves what runs beyond it to the own rate of the records, the cheapest of them', () => {
    const purchase = purchaseOf({ recordedFrom: START });
    const records = [ran(0, 1, 2n, '12'), ran(0, 1, 1n, '55.04', { validTo: at(2) })];
    // 1 of 3 is covered, the one at 55.04: $1.25 + 2 x $3.
    expect(first(records, [purchase])).toMatchObject({ effective: picos('7.25'), contracted: null });
    expect(first(records, [purchase])?.unused).toBeUndefined();
    // In the second hour the one at 55.04 is alone and covered.
    expect(first(records, [purchase], 1)).toMatchObject({ effective: picos('1.25') });
  });

  it('is taken as running until records say what ran, and idle when they say that nothing does', () => {
    const purchase = purchaseOf({ recordedFrom: at(1) });
    const records = [ran(1, 2, 1n)];
    expect(first(records, [purchase], 0)?.unused).toBeUndefined();
    expect(first(records, [purchase], 1)?.unused).toBeUndefined();
    const nothingRan = first(records, [purchase], 2);
    expect(nothingRan).toMatchObject({ effective: picos('1.25'), unused: { effective: picos('1.25') } });
    expect(nothingRan && runningCost(nothingRan)).toBeUndefined();
  });

  it('covers no instances of another type, region, provider or pricing model', () => {
    const others = [
      { instanceType: 'p4d' },
      { region: 'x' },
      { provider: 'gcp' },
      { pricingModel: 'on_demand' },
    ] as const;
    for (const other of others) {
      const record = ran(0, 1, 1n, '8', other);
      expect(first([record], [purchaseOf({ recordedFrom: null })])).toMatchObject({ effective: picos('3.25') });
    }
  });

  it('is withdrawn by a count of zero', () => {
    expect(first([], [purchaseOf({ instanceMicros: 0n })])).toBeUndefined();
    // What ran under it then pays its own rate.
    expect(first([ran(0, 1, 1n, '8')], [purchaseOf({ instanceMicros: 0n, recordedFrom: START })])?.effective).toBe(
      picos('2'),
    );
  });
});

describe('hardware of one’s own', () => {
  // $303,040 less a residual $40,000 over 26,304 hours is $10 an hour; 8 kW x 1.25 x $0.12 is $1.20, space and staff $2.50.
  const node = purchaseOf({
    provider: 'own',
    pricingModel: 'owned',
    validFrom: Date.UTC(2026, 0, 1),
    validTo: Date.UTC(2029, 0, 1),
    upfront: picos('303040'),
    residualValue: picos('40000'),
    terms: [
      {
        from: Date.UTC(2026, 0, 1),
        hourlyRate: picos('2.5'),
        power: { kilowattMicros: 8_000_000n, pueMicros: 1_250_000n, picosPerKilowattHour: picos('0.12') },
      },
      {
        from: Date.UTC(2027, 0, 1),
        hourlyRate: picos('2.5'),
        power: { kilowattMicros: 8_000_000n, pueMicros: 1_250_000n, picosPerKilowattHour: picos('0.2') },
      },
    ],
  });
  const yearOf = (year: number) => spreadCost([], Date.UTC(year, 0, 1), Date.UTC(year + 1, 0, 1), [node]);
  const sum = (periods: readonly PoolPeriod[], of: 'effective' | 'invoiced' | 'contracted') =>
    periods.reduce((total, period) => total + (period[of] ?? 0n), 0n);

  it('costs depreciation, power and what else it takes by the hour, at the rates of the time', () => {
    expect(yearOf(2026)[0]).toMatchObject({ effective: picos('3.425'), contracted: picos('3.425'), list: null });
    expect(sum(yearOf(2026), 'effective')).toBe(picos('120012')); // 8,760 h x $13.70
    expect(sum(yearOf(2027), 'effective')).toBe(picos('127020')); // 8,760 h x $14.50
    expect(sum(yearOf(2028), 'effective')).toBe(picos('127368')); // 8,784 h x $14.50
    expect(yearOf(2029)).toEqual([]);
  });

  it('is invoiced its price when it goes into service, nothing for depreciation', () => {
    expect(sum(yearOf(2026), 'invoiced')).toBe(picos('335452')); // 303,040 + 8,760 h x $3.70
    expect(sum(yearOf(2028), 'invoiced')).toBe(picos('39528')); // 8,784 h x $4.50
  });
});

describe('any purchases and records', () => {
  const amount = fc.oneof(fc.bigInt({ min: 0n, max: 50n }), fc.bigInt({ min: 0n, max: 10n ** 15n }));
  const count = fc.oneof(
    fc.bigInt({ min: 0n, max: 4n }).map((n) => n * 1_000_000n),
    fc.bigInt({ min: 0n, max: 10n ** 7n }),
  );
  const instant = fc.oneof(
    fc.integer({ min: -8, max: 12 }).map((quarters) => START + quarters * CHARGE_PERIOD_MS),
    fc.integer({ min: -2 * HOUR, max: 3 * HOUR }).map((ms) => START + ms),
  );
  // As they are stored: two that begin together are of different pricing models.
  const records = fc.uniqueArray(
    fc
      .record({
        from: instant,
        lengthMs: fc.option(fc.integer({ min: 1, max: 3 * HOUR })),
        hourlyRate: amount,
        listHourlyRate: fc.option(amount),
        instanceMicros: count,
        pricingModel: fc.constantFrom('reserved' as const, 'on_demand' as const),
      })
      .map(({ from, lengthMs, ...rest }) =>
        recordOf({ ...rest, validFrom: from, validTo: lengthMs === null ? null : from + lengthMs }),
      ),
    { maxLength: 5, selector: ({ pricingModel, validFrom }) => `${pricingModel} ${validFrom.toString()}` },
  );
  const purchases = fc
    .array(
      fc.record({
        from: instant,
        lengthMs: fc.integer({ min: 1, max: 4 * HOUR }),
        instanceMicros: count,
        upfront: amount,
        hourlyRate: amount,
        listHourlyRate: fc.option(amount),
      }),
      { maxLength: 3 },
    )
    .map((list) =>
      list.map(({ from, lengthMs, hourlyRate, ...rest }, i) =>
        purchaseOf({
          ...rest,
          purchase: `ri-${i.toString()}`,
          validFrom: from,
          validTo: from + lengthMs,
          terms: [{ from, hourlyRate, power: null }],
        }),
      ),
    );
  const world = fc.tuple(records, purchases).map(([some, bought]) => {
    // As the reader has it: since the first record of the same capacity.
    const starts = some
      .filter(({ pricingModel, instanceMicros }) => pricingModel === 'reserved' && instanceMicros > 0n)
      .map(({ validFrom }) => validFrom);
    const recordedFrom = starts.length === 0 ? null : Math.min(...starts);
    return { records: some, purchases: bought.map((purchase) => ({ ...purchase, recordedFrom })) };
  });
  const [FIRST, LAST] = [START - 2 * HOUR, START + 6 * HOUR];
  const total = (periods: readonly PoolPeriod[], of: (period: PoolPeriod) => bigint | undefined) =>
    periods.reduce((sum, period) => sum + (of(period) ?? 0n), 0n);

  it('cost what was agreed on in all: each purchase what it does alone, wherever records cover none of it', () => {
    fc.assert(
      fc.property(world, ({ records: some, purchases: bought }) => {
        const unrelated = some.filter(({ pricingModel }) => pricingModel === 'on_demand');
        const parts = bought.flatMap((one) => spreadCost([], FIRST, LAST, [{ ...one, recordedFrom: null }]));
        const whole = spreadCost(unrelated, FIRST, LAST, bought);
        const alone = spreadCost(unrelated, FIRST, LAST);
        for (const sum of ['effective', 'invoiced', 'instanceMicroMs'] as const)
          expect(total(whole, (period) => period[sum])).toBe(total([...parts, ...alone], (period) => period[sum]));
      }),
    );
  });

  it('never cost less than nothing where something ran, and all of it where nothing did', () => {
    fc.assert(
      fc.property(world, ({ records: some, purchases: bought }) => {
        // In one expectation: a hundred periods each would take longer to expect than to make.
        const wrong = spreadCost(some, FIRST, LAST, bought).filter((period) => {
          const { unused } = period;
          const running = runningCost(period);
          if ((unused?.effective ?? 0n) < 0n) return true;
          if ((running === undefined) !== (unused?.instanceMicroMs === period.instanceMicroMs)) return true;
          if (!running) return unused?.effective !== period.effective || unused.list !== period.list;
          return running.effective < 0n || (running.list ?? 0n) < 0n || running.instanceMicroMs <= 0n;
        });
        expect(wrong).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('cost the same in each period whatever interval is asked for, and in whatever order they come', () => {
    fc.assert(
      fc.property(world, fc.array(fc.integer({ min: -8, max: 24 })), ({ records: some, purchases: bought }, cuts) => {
        const whole = spreadCost(some, FIRST, LAST, bought);
        const edges = [...new Set([FIRST, ...cuts.map((n) => START + n * CHARGE_PERIOD_MS), LAST])].sort(
          (a, b) => a - b,
        );
        const touching = <T extends { validFrom: number; validTo: number | null }>(
          items: readonly T[],
          from: number,
          to: number,
        ) => items.filter((item) => item.validFrom < to && (item.validTo === null || item.validTo > from)).reverse();
        const parts = edges.slice(1).flatMap((to, i) => {
          const from = edges[i] ?? FIRST;
          return spreadCost(touching(some, from, to), from, to, touching(bought, from, to));
        });
        expectSame(parts, whole);
      }),
      { numRuns: 300 },
    );
  });

  it('account for every instance once: what ran is what was recorded, as far as it was', () => {
    fc.assert(
      fc.property(world, ({ records: some, purchases: bought }) => {
        const recorded = some.filter(({ pricingModel }) => pricingModel === 'reserved');
        if (bought.every(({ instanceMicros }) => instanceMicros === 0n)) return;
        const recordedFrom = bought[0]?.recordedFrom ?? null;
        if (recordedFrom === null) return;
        const after = (of: (period: PoolPeriod) => bigint | undefined, periods: readonly PoolPeriod[]) =>
          total(
            periods.filter(({ chargePeriod }) => chargePeriod >= recordedFrom),
            of,
          );
        const running = after(
          (period) => runningCost(period)?.instanceMicroMs,
          spreadCost(recorded, FIRST, LAST, bought),
        );
        expect(running).toBe(after((period) => period.instanceMicroMs, spreadCost(recorded, FIRST, LAST)));
      }),
    );
  });
});
