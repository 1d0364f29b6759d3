import type { QuotaStore, ReserveOrder } from '#quota';
import type { Conformance, QuotaWorld } from './world.js';

export function describeEnding({ stores, world: createWorld }: Conformance): void {
  let world: QuotaWorld;
  let store: QuotaStore;
  beforeEach(async () => {
    world = await createWorld();
    store = stores().open();
    for (const series of [1, 2]) await world.addCount(series);
  });

  async function reserved(ttlMs?: number): Promise<ReserveOrder> {
    const order = world.order([world.claim(1, 10n), world.claim(2, 20n)], ttlMs === undefined ? {} : { ttlMs });
    await store.reserve([order]);
    return order;
  }
  const expired = (order: ReserveOrder) => world.finished(order, 'expired', [], order.expiresAt);
  const totals = () => store.look([world.claim(1, 0n), world.claim(2, 0n)]);
  const stateOf = async ({ reservationId }: ReserveOrder) => (await store.find(world.accountId, [reservationId]))[0];

  describe('ending a reservation', () => {
    it('settles with what was used: less, more or nothing', async () => {
      const [less, more, nothing] = [await reserved(), await reserved(), await reserved()];
      await expect(
        store.finish([
          world.finished(less, 'settled', [1n, 2n]),
          world.finished(more, 'settled', [100n, 200n]),
          world.finished(nothing, 'settled', [0n, 0n]),
        ]),
      ).resolves.toEqual(Array(3).fill({ before: 'active', after: 'settled' }));
      await expect(totals()).resolves.toEqual([101n, 202n]);
      await expect(stateOf(less)).resolves.toMatchObject({
        state: 'settled',
        amounts: [1n, 2n],
        endedAt: world.start,
      });
    });

    it('denies the next when more was used than was held', async () => {
      const order = await reserved();
      await store.finish([world.finished(order, 'settled', [60n, 0n])]);
      const next = world.order([world.claim(1, 1n, { ceiling: 60n })]);
      await expect(store.reserve([next])).resolves.toEqual([{ outcome: 'refused', before: [60n] }]);
    });

    it('lets go of what is released or expired', async () => {
      const [released, over] = [await reserved(), await reserved()];
      await store.finish([world.finished(released, 'released'), expired(over)]);
      await expect(totals()).resolves.toEqual([0n, 0n]);
    });

    it.each(['settled', 'released', 'expired'] as const)('that is %s stays so', async (first) => {
      for (const second of ['settled', 'released', 'expired'] as const) {
        if (first === 'expired' && second === 'settled') continue;
        const order = await reserved();
        const { expiresAt } = order;
        await store.finish([world.finished(order, first, first === 'settled' ? [3n, 4n] : [], expiresAt)]);
        const before = await totals();
        const again = world.finished(order, second, second === 'settled' ? [50n, 60n] : [], expiresAt);
        await expect(store.finish([again])).resolves.toEqual([{ before: first, after: first }]);
        await expect(totals()).resolves.toEqual(before);
      }
    });

    it('counts what is settled late, after it expired', async () => {
      const order = await reserved();
      await store.finish([expired(order)]);
      await expect(store.finish([world.finished(order, 'settled', [7n, 8n])])).resolves.toEqual([
        { before: 'expired', after: 'settled' },
      ]);
      await expect(totals()).resolves.toEqual([7n, 8n]);
    });

    it('knows what is not there, and does what is asked twice once', async () => {
      const order = await reserved();
      const unknown = world.order([]);
      await expect(
        store.finish([
          world.finished(unknown, 'released'),
          world.finished(order, 'settled', [1n, 1n]),
          world.finished(order, 'settled', [2n, 2n]),
          world.finished(order, 'released'),
        ]),
      ).resolves.toEqual([
        undefined,
        { before: 'active', after: 'settled' },
        { before: 'settled', after: 'settled' },
        { before: 'settled', after: 'settled' },
      ]);
      await expect(totals()).resolves.toEqual([1n, 1n]);
      await expect(store.finish([])).resolves.toEqual([]);
      await expect(store.find(world.accountId, [unknown.reservationId])).resolves.toEqual([]);
    });

    it('is seen by every process', async () => {
      const other = stores().open();
      const order = await reserved();
      await expect(other.look([world.claim(1, 0n)])).resolves.toEqual([10n]);
      await other.finish([world.finished(order, 'settled', [4n, 4n])]);
      await expect(totals()).resolves.toEqual([4n, 4n]);
    });
  });

  describe('time', () => {
    it('is added to a reservation, never taken away', async () => {
      const order = await reserved(1_000);
      const { accountId, start } = world;
      const extend = (at: number, until: number) => store.extend(accountId, order.reservationId, at, until);
      await expect(extend(start, start + 5_000)).resolves.toBe(start + 5_000);
      await expect(extend(start, start + 2_000)).resolves.toBe(start + 5_000);
      await expect(extend(start + 5_000, start + 9_000)).resolves.toBeUndefined();
      await expect(store.extend(accountId, world.order([]).reservationId, start, start + 1)).resolves.toBeUndefined();
      await expect(store.expire(start + 4_999, 10)).resolves.toBe(0);
      await expect(totals()).resolves.toEqual([10n, 20n]);
      await expect(store.expire(start + 5_000, 10)).resolves.toBe(1);
      await expect(extend(start, start + 9_000)).resolves.toBeUndefined();
      await expect(totals()).resolves.toEqual([0n, 0n]);
    });

    it('that is added after a reservation was found to be due keeps it', async () => {
      const order = await reserved(1_000);
      const { accountId, start } = world;
      const sweep = expired(order);
      await store.extend(accountId, order.reservationId, start, start + 5_000);
      await expect(store.finish([sweep])).resolves.toEqual([{ before: 'active', after: 'active' }]);
      await expect(stateOf(order)).resolves.toMatchObject({ state: 'active', endedAt: null });
      await expect(totals()).resolves.toEqual([10n, 20n]);
      await expect(store.finish([world.finished(order, 'expired', [], start + 5_000)])).resolves.toEqual([
        { before: 'active', after: 'expired' },
      ]);
      await expect(totals()).resolves.toEqual([0n, 0n]);
    });

    it('ends the oldest first, no more than asked for', async () => {
      const orders = [await reserved(3_000), await reserved(1_000), await reserved(2_000), await reserved(9_000)];
      const states = async () => Promise.all(orders.map(async (order) => (await stateOf(order))?.state));
      const later = world.start + 3_000;
      await expect(store.expire(later, 2)).resolves.toBe(2);
      await expect(states()).resolves.toEqual(['active', 'expired', 'expired', 'active']);
      await expect(store.expire(later, 2)).resolves.toBe(1);
      await expect(store.expire(later, 2)).resolves.toBe(0);
      await expect(states()).resolves.toEqual(['expired', 'expired', 'expired', 'active']);
      await expect(totals()).resolves.toEqual([10n, 20n]);
    });
  });

  describe('metered usage', () => {
    const usage = (amount: bigint) => [
      { count: world.count(1), amount },
      { count: world.count(2), amount: amount * 2n },
    ];

    it('counts without a reservation, and less of it when it is taken back', async () => {
      await expect(totals()).resolves.toEqual([0n, 0n]);
      await world.meter(store, usage(30n));
      await expect(totals()).resolves.toEqual([30n, 60n]);
      await world.meter(store, usage(-5n));
      await expect(totals()).resolves.toEqual([25n, 50n]);
      const next = world.order([world.claim(1, 6n, { ceiling: 30n })]);
      await expect(store.reserve([next])).resolves.toEqual([{ outcome: 'refused', before: [25n] }]);
    });

    it('counts instead of what its reservation holds or was settled with', async () => {
      const [active, settled, over] = [await reserved(), await reserved(), await reserved()];
      await store.finish([world.finished(settled, 'settled', [7n, 7n]), expired(over)]);
      await expect(totals()).resolves.toEqual([17n, 27n]);
      const ids = [active, settled, over].map(({ reservationId }) => reservationId);
      await world.meter(store, usage(1n), ids);
      await expect(totals()).resolves.toEqual([1n, 2n]);
      const states = await store.find(world.accountId, ids);
      expect(states.every(({ metered, amounts }) => metered && amounts === null)).toBe(true);
      // More of the same, and an end that comes after.
      await world.meter(store, usage(1n), ids);
      await store.finish([active, over].map((order) => world.finished(order, 'settled', [9n, 9n])));
      await expect(totals()).resolves.toEqual([2n, 4n]);
    });

    it('is seen by a process that has not been told', async () => {
      const other = stores().open();
      await reserved();
      await expect(other.look([world.claim(1, 0n)])).resolves.toEqual([10n]);
      await world.meter(store, usage(90n));
      await expect(other.look([world.claim(1, 0n)])).resolves.toEqual([100n]);
    });
  });
}
