import fc from 'fast-check';
import { type SharedParts, type SharedStep, stepDown } from './step-down.js';

const step = (to: SharedStep['to'], weights: Readonly<Record<string, bigint>>): SharedStep => ({
  to,
  shares: Object.entries(weights).map(([key, weight]) => ({ key, weight })),
});
const of = (effective: bigint, list: bigint | null = effective) => ({ effective, list });
const splitBy = (steps: Readonly<Record<string, SharedStep>>, pool: string, effective: bigint) =>
  stepDown(pool, of(effective), (name) => steps[name]);
const effectiveOf = ({ owners }: SharedParts) =>
  Object.fromEntries([...owners].map(([key, { effective }]) => [key, effective]));

describe('stepDown', () => {
  it('goes down from shared cost over pools to owners', () => {
    // Support: 40 to staff, 60 to storage; staff 40 evenly to two pools, storage 60 as 1 to 2. h100 has a and b as 3 to 1.
    const steps = {
      support: step('pools', { staff: 4n, storage: 6n }),
      staff: step('pools', { h100: 1n, a100: 1n }),
      storage: step('pools', { h100: 1n, a100: 2n }),
      h100: step('owners', { a: 3n, b: 1n }),
      a100: step('owners', { b: 1n }),
    };
    const parts = splitBy(steps, 'support', 100n);
    expect(effectiveOf(parts)).toEqual({ a: 30n, b: 70n });
    expect([parts.kept, parts.unruled]).toEqual([null, null]);
    expect(parts.way.map(({ pool, amounts }) => [pool, amounts.effective])).toEqual([
      ['support', 100n],
      ['staff', 40n],
      ['storage', 60n],
      ['h100', 40n],
      ['a100', 60n],
    ]);
    expect(effectiveOf(splitBy(steps, 'storage', -9n))).toEqual({ a: -2n, b: -7n });
  });

  it('keeps what has nothing to follow, and what no rule was made for', () => {
    const steps = {
      s: step('pools', { idle: 1n, lost: 2n, h100: 1n }),
      idle: step('owners', { a: 0n }),
      h100: step('owners', { b: 1n }),
    };
    const parts = splitBy(steps, 's', 8n);
    expect(effectiveOf(parts)).toEqual({ b: 2n });
    expect([parts.kept, parts.unruled]).toEqual([of(2n), of(4n)]);
    expect(splitBy({}, 's', 8n)).toEqual({ owners: new Map(), kept: null, unruled: of(8n), way: [] });
    expect(splitBy({ s: step('pools', {}) }, 's', 8n).kept).toEqual(of(8n));
  });

  it('splits nothing where pools go round in a circle', () => {
    const steps = {
      s: step('pools', { t: 1n, h100: 9n }),
      t: step('pools', { u: 1n }),
      u: step('pools', { t: 1n }),
      h100: step('owners', { a: 1n }),
    };
    expect(splitBy(steps, 's', 8n)).toEqual({ owners: new Map(), kept: null, unruled: of(8n), way: [] });
    expect(splitBy({ s: step('pools', { s: 1n }) }, 's', 8n).unruled).toEqual(of(8n));
  });

  it('leaves no pool before all has come to it, however many ways lead there', () => {
    // 60 layers of two pools that name both of the next: 2^60 ways, 121 pools.
    const stepOf = (name: string): SharedStep => {
      const layer = Number(name.slice(1));
      if (layer === 60) return step('owners', { [name[0] ?? '']: 1n });
      return step('pools', { [`l${layer + 1}`]: 1n, [`r${layer + 1}`]: 1n });
    };
    expect(effectiveOf(stepDown('l0', of(10n ** 15n + 1n), stepOf))).toEqual({
      l: 5n * 10n ** 14n + 1n,
      r: 5n * 10n ** 14n,
    });
  });

  const weight = fc.bigInt({ min: 0n, max: 10n ** 20n });
  const amount = fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n });
  const DEPTH = 6;
  /** Pools p0 to p5, each naming some of those after it, of whose steps some are missing. */
  const net = fc
    .tuple(
      ...Array.from({ length: DEPTH }, (_, i) =>
        fc.option(
          fc.oneof(
            fc.dictionary(fc.constantFrom('a', 'b', 'c'), weight).map((weights) => step('owners', weights)),
            fc
              .uniqueArray(fc.integer({ min: i + 1, max: DEPTH }), { maxLength: 4 })
              .chain((targets) => fc.record(Object.fromEntries(targets.map((to) => [`p${to}`, weight]))))
              .map((weights) => step('pools', weights)),
          ),
          { freq: 8 },
        ),
      ),
    )
    .map((steps) => new Map(steps.flatMap((one, i): [string, SharedStep][] => (one ? [[`p${i}`, one]] : []))));

  it('sums to the cost, at both prices, and depends on no order', () => {
    fc.assert(
      fc.property(net, amount, fc.option(amount), fc.nat(1000), (steps, effective, list, seed) => {
        const parts = stepDown('p0', of(effective, list), (name) => steps.get(name));
        const all = [
          ...parts.owners.values(),
          ...(parts.kept ? [parts.kept] : []),
          ...(parts.unruled ? [parts.unruled] : []),
        ];
        expect(all.reduce((sum, part) => sum + part.effective, 0n)).toBe(effective);
        const listSum = all.reduce<bigint | null>(
          (s, part) => (s === null || part.list === null ? null : s + part.list),
          0n,
        );
        expect(listSum).toBe(list);
        const turned = new Map(
          [...steps].map(([name, { to, shares }]) => [name, { to, shares: rotate(shares, seed) }]),
        );
        const again = stepDown('p0', of(effective, list), (name) => turned.get(name));
        expect(new Map([...again.owners].sort())).toEqual(new Map([...parts.owners].sort()));
        expect([again.kept, again.unruled]).toEqual([parts.kept, parts.unruled]);
      }),
    );
  });
});

function rotate<T>(items: readonly T[], by: number): T[] {
  const at = by % Math.max(1, items.length);
  return [...items.slice(at), ...items.slice(0, at)];
}
