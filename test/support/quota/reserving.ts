import { MissingCountError, type QuotaStore, type ReserveOrder, StaleDefinitionsError } from '#quota';
import type { Conformance, QuotaWorld } from './world.js';

/** 2^53 millionths of a currency, in picos: what costs are promised to be counted exactly up to. */
const LARGEST_COST = 2n ** 53n * 1_000_000n;

export function describeReserving({ stores, world: createWorld }: Conformance): void {
  let world: QuotaWorld;
  let store: QuotaStore;
  beforeEach(async () => {
    world = await createWorld();
    store = stores().open();
    for (const series of [1, 2, 3]) await world.addCount(series);
    await world.addSlices(4, -30, 2);
  });

  describe('reserving', () => {
    it('admits up to the ceiling and refuses what would pass it', async () => {
      const one = () => world.order([world.claim(1, 4n, { ceiling: 10n })]);
      await expect(store.reserve([one()])).resolves.toEqual([{ outcome: 'admitted', before: [0n] }]);
      await expect(store.reserve([one()])).resolves.toEqual([{ outcome: 'admitted', before: [4n] }]);
      await expect(store.reserve([one()])).resolves.toEqual([{ outcome: 'refused', before: [8n] }]);
      const rest = world.order([world.claim(1, 2n, { ceiling: 10n })]);
      await expect(store.reserve([rest])).resolves.toEqual([{ outcome: 'admitted', before: [8n] }]);
      await expect(store.look([world.claim(1, 0n)])).resolves.toEqual([10n]);
    });

    it('holds in all counts or in none', async () => {
      const claims = [
        world.claim(1, 5n, { ceiling: 5n }),
        world.claim(2, 5n, { ceiling: 4n }),
        world.claim(3, 5n, { ceiling: null }),
      ];
      await expect(store.reserve([world.order(claims)])).resolves.toEqual([
        { outcome: 'refused', before: [0n, 0n, 0n] },
      ]);
      await expect(store.look(claims)).resolves.toEqual([0n, 0n, 0n]);
      await store.reserve([world.order(claims.filter((_, i) => i !== 1))]);
      await expect(store.look(claims)).resolves.toEqual([5n, 0n, 5n]);
    });

    it('decides the orders of a batch one after the other', async () => {
      const orders = [3n, 9n, 6n, 2n, 1n].map((amount) => world.order([world.claim(1, amount, { ceiling: 10n })]));
      await expect(store.reserve(orders)).resolves.toEqual([
        { outcome: 'admitted', before: [0n] },
        { outcome: 'refused', before: [3n] },
        { outcome: 'admitted', before: [3n] },
        { outcome: 'refused', before: [9n] },
        { outcome: 'admitted', before: [9n] },
      ]);
      await expect(store.reserve([])).resolves.toEqual([]);
    });

    it('refuses nothing without a ceiling, and admits what is asked for nothing', async () => {
      const free = world.order([world.claim(1, 1_000_000n)]);
      const none = world.order([world.claim(1, 0n, { ceiling: 0n })]);
      const bare = world.order([]);
      await expect(store.reserve([none, free, none, bare].map(fresh))).resolves.toEqual([
        { outcome: 'admitted', before: [0n] },
        { outcome: 'admitted', before: [0n] },
        { outcome: 'refused', before: [1_000_000n] },
        { outcome: 'admitted', before: [] },
      ]);
    });

    it('keeps for higher tiers what lower ones may not fill', async () => {
      const order = (ceiling: bigint) => world.order([world.claim(1, 1n, { ceiling })]);
      const [batch, standard, priority] = [5n, 8n, 10n];
      const tiers = [
        ...Array<bigint>(6).fill(batch),
        ...Array<bigint>(4).fill(standard),
        ...Array<bigint>(3).fill(priority),
      ];
      const answers = await store.reserve(tiers.map(order));
      expect(answers.map(({ outcome }) => outcome === 'admitted')).toEqual([
        ...[true, true, true, true, true, false],
        ...[true, true, true, false],
        ...[true, true, false],
      ]);
    });

    it('keeps subjects and accounts apart', async () => {
      await world.addCount(1, 'a/b');
      await world.addCount(1, '"\\ü\u0001 {x}');
      const other = await createWorld();
      await other.addCount(1);
      const claims = ['', 'a/b', '"\\ü\u0001 {x}'].map((subject, i) => world.claim(1, BigInt(i + 1), { subject }));
      await store.reserve(claims.map((claim) => world.order([claim])));
      await expect(store.look(claims)).resolves.toEqual([1n, 2n, 3n]);
      await expect(store.look([other.claim(1, 0n)])).resolves.toEqual([0n]);
    });

    it('keeps what was asked', async () => {
      const order = world.order([world.claim(2, 7n), world.claim(1, 3n)], { ttlMs: 90_000 });
      await store.reserve([order]);
      await expect(store.find(world.accountId, [order.reservationId])).resolves.toEqual([
        {
          accountId: world.accountId,
          reservationId: order.reservationId,
          state: 'active',
          metered: false,
          createdAt: order.at,
          expiresAt: order.expiresAt,
          endedAt: null,
          request: expect.stringContaining('asked'),
          shares: [
            { seriesId: '2', subject: '', start: world.start, held: 7n },
            { seriesId: '1', subject: '', start: world.start, held: 3n },
          ],
          amounts: null,
        },
      ]);
    });

    it('counts exactly up to 2^53 millionths of a currency', async () => {
      const most = LARGEST_COST - 3_000_000n;
      const fills = { ceiling: LARGEST_COST };
      const amounts = [most, 1_000_000n, 2_000_000n, 1n];
      const answers = await store.reserve(amounts.map((amount) => world.order([world.claim(1, amount, fills)])));
      expect(answers).toEqual([
        { outcome: 'admitted', before: [0n] },
        { outcome: 'admitted', before: [most] },
        { outcome: 'admitted', before: [most + 1_000_000n] },
        { outcome: 'refused', before: [LARGEST_COST] },
      ]);
    });
  });

  describe('a rolling window', () => {
    it('counts what its slices hold together', async () => {
      const at = (slice: number, amount: bigint) => world.order([world.claim(4, amount, { slice, ceiling: 10n })]);
      await store.reserve([at(-30, 4n)]);
      await store.reserve([at(-29, 3n)]);
      await expect(store.reserve([at(0, 4n)])).resolves.toEqual([{ outcome: 'refused', before: [7n] }]);
      // The first slice has left the window.
      await expect(store.reserve([at(1, 4n)])).resolves.toEqual([{ outcome: 'admitted', before: [3n] }]);
      await expect(store.look([0, 1, 2].map((slice) => world.claim(4, 0n, { slice })))).resolves.toEqual([7n, 7n, 4n]);
    });

    it('is decided in order over the edge of a slice within a batch', async () => {
      const at = (slice: number, amount: bigint) => world.order([world.claim(4, amount, { slice, ceiling: 10n })]);
      const answers = await store.reserve([at(0, 6n), at(1, 6n), at(1, 4n), at(0, 1n)]);
      expect(answers).toEqual([
        { outcome: 'admitted', before: [0n] },
        { outcome: 'refused', before: [6n] },
        { outcome: 'admitted', before: [6n] },
        // What was added to a later slice is not in a window that ends before it.
        { outcome: 'admitted', before: [6n] },
      ]);
    });
  });

  describe('an idempotency key', () => {
    it('is answered with the reservation it made, once only', async () => {
      const first = world.order([world.claim(1, 4n, { ceiling: 5n })], { key: 'k', fingerprint: 'one' });
      const again = world.order([world.claim(1, 4n, { ceiling: 5n })], { key: 'k', fingerprint: 'two' });
      await store.reserve([first]);
      await expect(stores().open().reserve([again])).resolves.toEqual([
        { outcome: 'known', reservationId: first.reservationId, fingerprint: 'one' },
      ]);
      await expect(store.look(first.claims)).resolves.toEqual([4n]);
      await store.finish([world.finished(first, 'released')]);
      await expect(store.reserve([again])).resolves.toMatchObject([{ outcome: 'known' }]);
    });

    it('belongs to nobody while it was refused only', async () => {
      const refused = world.order([world.claim(1, 6n, { ceiling: 5n })], { key: 'k' });
      const admitted = world.order([world.claim(1, 2n, { ceiling: 5n })], { key: 'k' });
      const [first, second, third] = await store.reserve([refused, admitted, fresh(admitted)]);
      expect(first).toEqual({ outcome: 'refused', before: [0n] });
      expect(second).toEqual({ outcome: 'admitted', before: [0n] });
      expect(third).toEqual({ outcome: 'known', reservationId: admitted.reservationId, fingerprint: 'print' });
    });

    it('makes one reservation of many at the same time, whatever they claim', async () => {
      const others = Array.from({ length: 12 }, () => stores().open());
      const orders = others.map((_, i) => world.order([world.claim(1 + (i % 3), 1n)], { key: 'k' }));
      const answers = (await Promise.all(others.map((other, i) => other.reserve(orders.slice(i, i + 1))))).flat();
      const [winner] = orders.filter((_, i) => answers[i]?.outcome === 'admitted');
      expect(answers.filter(({ outcome }) => outcome === 'admitted')).toHaveLength(1);
      for (const answer of answers) {
        if (answer.outcome !== 'admitted') expect(answer).toMatchObject({ reservationId: winner?.reservationId });
      }
      const totals = await store.look([1, 2, 3].map((series) => world.claim(series, 0n)));
      expect(totals.reduce((sum, total) => sum + total, 0n)).toBe(1n);
    });
  });

  describe('what cannot be decided', () => {
    const undecided = (error: unknown) => ({ outcome: 'undecided', error: expect.any(error) });

    it('is orders made from definitions that are not in force', async () => {
      await store.reserve([world.order([world.claim(1, 1n)])]);
      await world.changeDefinitions();
      const admitted = world.order([world.claim(1, 1n)]);
      const refused = world.order([world.claim(1, 1n, { ceiling: 0n })]);
      await expect(store.reserve([admitted])).resolves.toEqual([undecided(StaleDefinitionsError)]);
      await expect(store.reserve([refused])).resolves.toEqual([undecided(StaleDefinitionsError)]);
      await expect(store.look(admitted.claims)).resolves.toEqual([1n]);
      const current = { ...admitted, revision: '2' };
      await expect(store.reserve([current, fresh(admitted)])).resolves.toEqual([
        { outcome: 'admitted', before: [1n] },
        undecided(StaleDefinitionsError),
      ]);
      await expect(store.look(admitted.claims)).resolves.toEqual([2n]);
    });

    it('is a claim on a count that is not there, until it is', async () => {
      const order = world.order([world.claim(1, 1n), world.claim(8, 1n)]);
      await expect(store.reserve([order])).resolves.toEqual([undecided(MissingCountError)]);
      await expect(store.reserve([order])).resolves.toEqual([undecided(MissingCountError)]);
      await expect(store.look(order.claims)).resolves.toEqual([0n, 0n]);
      await world.addCount(8);
      await expect(store.reserve([order])).resolves.toEqual([{ outcome: 'admitted', before: [0n, 0n] }]);
    });
  });

  /** The same asked again. */
  function fresh({ claims, idempotencyKey }: ReserveOrder): ReserveOrder {
    return world.order(claims, idempotencyKey === null ? {} : { key: idempotencyKey });
  }
}
