import { CHARGE_PERIOD_MS } from '#calendar';
import type { PoolPeriodCost } from '#cost-record';
import { divideHalfEven, scaledToDecimal } from '#money';
import { outputWeight } from '../../libs/allocation/domain/testing.js';
import { attribute, dollars, toPlaces } from './figures.js';
import { meterTrace, tracesPresent } from './trace.js';

const HOUR = { pool: 'p5', list: null, effective: dollars('55.04'), instanceMicroMs: 3_600_000n * 1_000_000n };
const describeTraces = tracesPresent() ? describe : describe.skip;

describeTraces('two owners of one p5.48xlarge hour at $55.04 (the Azure traces)', () => {
  const asOnePeriod = () => [...meterTrace('code', () => 0), ...meterTrace('conv', () => 0)];
  const teamCost = (cost: PoolPeriodCost, weight: bigint, usage = asOnePeriod()) => {
    const { charges } = attribute(cost, outputWeight(weight), usage);
    const of = (team: string) =>
      charges
        .filter(({ dimension }) => dimension?.team === team)
        .reduce((sum, { effective }) => sum + (effective ?? 0n), 0n);
    return { code: of('code'), conv: of('conv') };
  };

  it('has the published totals', () => {
    expect(asOnePeriod().map(({ requests, tokens }) => [requests, tokens.inputUncached, tokens.output])).toEqual([
      [8_819n, 18_059_974n, 245_896n],
      [19_366n, 22_361_870n, 4_088_665n],
    ]);
  });

  it.each([
    [1_000_000n, '22.51', '32.53'],
    [2_000_000n, '20.80', '34.24'],
    [4_980_000n, '17.12', '37.92'],
  ])('with the hour as one period and output weight %s / 10^6: code $%s, conv $%s', (weight, code, conv) => {
    const shares = teamCost({ ...HOUR, chargePeriod: 0 }, weight);
    expect([toPlaces(shares.code, 10n ** 12n, 2), toPlaces(shares.conv, 10n ** 12n, 2)]).toEqual([code, conv]);
    expect(shares.code + shares.conv).toBe(HOUR.effective);
  });

  it('in 15-minute periods with output weight 2: code $20.191195677, conv $34.848804323', () => {
    const usage = [...meterTrace('code'), ...meterTrace('conv')];
    const start = Date.UTC(2023, 10, 16, 18, 15);
    const total = { code: 0n, conv: 0n };
    for (let i = 0; i < 4; i++) {
      const chargePeriod = start + i * CHARGE_PERIOD_MS;
      const quarter = {
        ...HOUR,
        chargePeriod,
        effective: HOUR.effective / 4n,
        instanceMicroMs: HOUR.instanceMicroMs / 4n,
      };
      const rows = usage.filter((row) => row.chargePeriod === chargePeriod);
      const shares = teamCost(quarter, 2_000_000n, rows);
      total.code += shares.code;
      total.conv += shares.conv;
    }
    const nanos = (picos: bigint) => scaledToDecimal(divideHalfEven(picos, 1_000n), 9);
    expect([nanos(total.code), nanos(total.conv)]).toEqual(['20.191195677', '34.848804323']);
    expect(total.code + total.conv).toBe(HOUR.effective);
  });
});
