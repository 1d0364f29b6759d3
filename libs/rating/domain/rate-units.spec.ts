import fc from 'fast-check';
import type { UnitRates } from '#pricing/domain';
import type { UnitCounts } from '#token';
import { rateUnits } from './rate-units.js';
import { bookOf, priceOf, usageOf } from './testing.js';

const DOLLAR = 1_000_000_000_000n;
const context = { currency: 'USD', isKnownTeam: (team: string) => team === 'search' };
const priced = (unitRates: UnitRates, more: Parameters<typeof priceOf>[0] | object = {}) =>
  priceOf({ ...more, rates: [{ contextFrom: 0n, picosPerToken: {}, picosPerRequest: null, unitRates }] });
const list = priced({
  webSearches: { picos: 10n * DOLLAR, per: 1_000n },
  audioSeconds: { picos: (111n * DOLLAR) / 1_000n, per: 3_600n },
});
const book = bookOf({ gpt: { list } });
const used = (units: UnitCounts, dimension: object = {}) =>
  rateUnits([usageOf({ dimension: { provider: 'openai', model: 'gpt', ...dimension }, units })], book, context);

describe('what is counted apart from tokens', () => {
  it('costs the price of so many, exactly', () => {
    // 3 searches at $10 a thousand; 12.5 seconds at $0.111 an hour = 0.000385416666...
    expect(used({ webSearches: 3n, audioSeconds: 12_500_000n })).toMatchObject([
      {
        kind: 'used',
        unit: 'web_searches',
        quantity: 3n,
        requests: 0n,
        list: 30_000_000_000n,
        effective: 30_000_000_000n,
      },
      { kind: 'used', unit: 'audio_seconds', quantity: 12_500_000n, effective: 385_416_667n, tokenClass: null },
    ]);
    expect(used({ audioSeconds: 3_600_000_000n })).toMatchObject([{ effective: 111_000_000_000n }]);
  });

  it('is unpriced where no price names it, and unattributed where nobody knows the team', () => {
    expect(used({ images: 2n })).toMatchObject([{ kind: 'unpriced', quantity: 2n, effective: null, list: null }]);
    expect(used({ webSearches: 1n }, { team: 'stranger' })).toMatchObject([{ kind: 'unattributed' }]);
    expect(used({ webSearches: 1n }, { model: 'unheard-of' })).toMatchObject([{ kind: 'unpriced', effective: null }]);
  });

  it('is paid with its pool', () => {
    expect(used({ images: 2n }, { pool: 'h100' })).toMatchObject([
      { kind: 'used', pool: 'h100', list: 0n, effective: 0n, origin: { priceVersionId: null } },
    ]);
  });

  it('costs what a contract says of it, and what the list says of the rest', () => {
    const contract = priced(
      { webSearches: { picos: 8n * DOLLAR, per: 1_000n } },
      { kind: 'contract', priceVersionId: '2' },
    );
    const row = usageOf({
      dimension: { provider: 'openai', model: 'gpt' },
      units: { webSearches: 1n, audioSeconds: 3_600_000_000n },
    });
    expect(rateUnits([row], bookOf({ gpt: { list, contract } }), context)).toMatchObject([
      { list: 10_000_000_000n, effective: 8_000_000_000n, origin: { priceVersionId: '2' } },
      { list: 111_000_000_000n, effective: 111_000_000_000n, origin: { priceVersionId: '1' } },
    ]);
  });

  it('costs nobody knows what where no rate converts the price, and never another price', () => {
    const units = { webSearches: 1n, audioSeconds: 3_600_000_000n };
    const row = usageOf({ dimension: { provider: 'openai', model: 'gpt' }, units });
    const foreign = { gpt: { list: { ...list, currency: 'EUR' } } };
    expect(rateUnits([row], bookOf(foreign), context).map(({ kind }) => kind)).toEqual(['unpriced', 'unpriced']);
    const terms = { kind: 'contract', priceVersionId: '2', currency: 'EUR' };
    const contract = priced({ webSearches: { picos: 8n * DOLLAR, per: 1_000n } }, terms);
    expect(rateUnits([row], bookOf({ gpt: { list, contract } }), context)).toMatchObject([
      { kind: 'unpriced', list: 10_000_000_000n, effective: null, origin: { priceVersionId: '2' } },
      { kind: 'used', list: 111_000_000_000n, effective: 111_000_000_000n, origin: { priceVersionId: '1' } },
    ]);
  });

  it('never costs more for less', () => {
    const cost = (audioSeconds: bigint) => used({ audioSeconds })[0]?.effective ?? -1n;
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 10n ** 15n }), fc.bigInt({ min: 0n, max: 10n ** 6n }), (a, more) => {
        expect(cost(a + more)).toBeGreaterThanOrEqual(cost(a));
      }),
    );
  });
});
