import fc from 'fast-check';
import type { VolumePrice, VolumeTiers } from '#pricing/domain';
import { priceVolume, splitVolume } from './price-volume.js';

const USD = 10n ** 12n;
const published: VolumeTiers = [
  { volumeFrom: 0n, picosPerToken: 7n * USD },
  { volumeFrom: 5n, picosPerToken: (65n * USD) / 10n },
  { volumeFrom: 10n, picosPerToken: 6n * USD },
];
const tenths = (picos: bigint) => (picos * 10n) / USD;

describe('graduated', () => {
  // docs.stripe.com/subscriptions/pricing-models/tiered-pricing: 1-5 at 7, 6-10 at 6.5, 11 and more at 6 USD.
  it.each([
    [0n, 0n],
    [1n, 70n],
    [5n, 350n],
    [6n, 415n],
    [10n, 675n],
    [20n, 1275n],
    [25n, 1575n],
  ])('%s units cost %s tenths of a dollar', (quantity, expected) => {
    expect(tenths(priceVolume(quantity, { model: 'graduated', tiers: published }))).toBe(expected);
  });
});

describe('volume', () => {
  it.each([
    [0n, 0n],
    [1n, 70n],
    [5n, 350n],
    [6n, 390n],
    [10n, 650n],
    [20n, 1200n],
    [25n, 1500n],
  ])('%s units cost %s tenths of a dollar', (quantity, expected) => {
    expect(tenths(priceVolume(quantity, { model: 'volume', tiers: published }))).toBe(expected);
  });
});

describe('package', () => {
  // stripe.com/docs/billing/subscriptions/quantity-transformation: 10 USD for every 5 or a part of them.
  it.each([
    [0n, 0n],
    [1n, 10n],
    [5n, 10n],
    [6n, 20n],
    [7n, 20n],
    [10n, 20n],
    [11n, 30n],
  ])('%s units cost %s dollars', (quantity, dollars) => {
    const price = { model: 'package', packageTokens: 5n, picosPerPackage: 10n * USD } as const;
    expect(priceVolume(quantity, price)).toBe(dollars * USD);
  });
});

const picos = fc.bigInt({ min: 0n, max: 10n ** 8n });
const tiers = fc
  .tuple(
    picos,
    fc.uniqueArray(fc.bigInt({ min: 1n, max: 10n ** 6n }), { maxLength: 4 }),
    fc.array(picos, { minLength: 4 }),
  )
  .map(([first, from, prices]): VolumeTiers => {
    const ascending = [...from].sort((a, b) => (a < b ? -1 : 1));
    const later = ascending.map((volumeFrom, i) => ({ volumeFrom, picosPerToken: prices[i] ?? 0n }));
    return [{ volumeFrom: 0n, picosPerToken: first }, ...later];
  });
const graduated = tiers.map((of): VolumePrice => ({ model: 'graduated', tiers: of }));
const packages = fc
  .record({ packageTokens: fc.bigInt({ min: 1n, max: 10n ** 6n }), picosPerPackage: picos })
  .map((of): VolumePrice => ({ model: 'package', ...of }));
const volumes = tiers.map((of): VolumePrice => ({ model: 'volume', tiers: of }));
const quantity = fc.bigInt({ min: 0n, max: 2n * 10n ** 6n });

describe('every model', () => {
  it('of graduated and package prices never costs less for more', () => {
    fc.assert(
      fc.property(fc.oneof(graduated, packages), quantity, quantity, (price, q, more) => {
        expect(priceVolume(q + more, price)).toBeGreaterThanOrEqual(priceVolume(q, price));
      }),
    );
  });

  it('is the sum of its tokens, each at the price of its tier', () => {
    fc.assert(
      fc.property(tiers, fc.bigInt({ min: 0n, max: 300n }), (of, q) => {
        let expected = 0n;
        for (let nth = 1n; nth <= q; nth += 1n)
          expected += of.findLast(({ volumeFrom }) => volumeFrom < nth)?.picosPerToken ?? 0n;
        expect(priceVolume(q, { model: 'graduated', tiers: of })).toBe(expected);
      }),
    );
  });

  it('of one tier is flat', () => {
    fc.assert(
      fc.property(picos, quantity, (picosPerToken, q) => {
        const one: VolumeTiers = [{ volumeFrom: 0n, picosPerToken }];
        expect(priceVolume(q, { model: 'graduated', tiers: one })).toBe(q * picosPerToken);
        expect(priceVolume(q, { model: 'volume', tiers: one })).toBe(q * picosPerToken);
      }),
    );
  });

  it('splits into parts that sum to the whole, whatever their order, each within a pico of its share', () => {
    const quantities = fc.array(quantity, { maxLength: 8 });
    fc.assert(
      fc.property(fc.oneof(graduated, packages, volumes), quantities, fc.nat(), (price, list, turn) => {
        const parts = list.map((of, i) => ({ key: i.toString(), quantity: of }));
        const whole = list.reduce((sum, of) => sum + of, 0n);
        const total = priceVolume(whole, price);
        const amounts = splitVolume(parts, price);
        expect(amounts.reduce((sum, amount) => sum + amount, 0n)).toBe(total);
        amounts.forEach((amount, i) => {
          const off = amount * whole - total * (list[i] ?? 0n);
          expect(off < whole && off > -whole).toBe(whole > 0n);
        });
        const at = list.length === 0 ? 0 : turn % list.length;
        const turned = [...parts.slice(at), ...parts.slice(0, at)];
        const again = new Map(splitVolume(turned, price).map((amount, i) => [turned[i]?.key, amount]));
        expect(parts.map(({ key }) => again.get(key))).toEqual(amounts);
      }),
    );
  });
});
