import fc from 'fast-check';
import type { QuotaStore, ReserveOrder } from '#quota';
import type { Claim } from '#quota/domain';
import { QuotaModel } from './model.js';
import type { Conformance, QuotaWorld } from './world.js';

const RUNS = 25;
const TICK_MS = 1_000;

const amount = fc.integer({ min: 0, max: 20 }).map(BigInt);
const ceiling = fc.option(fc.integer({ min: 0, max: 60 }).map(BigInt), { nil: null, freq: 4 });
const share = fc.record({ amount, ceiling });
const asked = fc.record({
  /** Series 1 and 2 have one window, 3 rolls. */
  shares: fc.tuple(...[1, 2, 3].map(() => fc.option(share, { nil: undefined }))),
  slice: fc.integer({ min: 0, max: 2 }),
  key: fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined, freq: 2 }),
  ttl: fc.integer({ min: 1, max: 12 }),
});
const which = fc.nat({ max: 30 });

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ what: fc.constant('reserve' as const), asked: fc.array(asked, { maxLength: 4 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constant('finish' as const),
      ends: fc.array(
        fc.record({
          which,
          state: fc.constantFrom('settled' as const, 'released' as const, 'expired' as const),
          amounts: fc.array(amount, { minLength: 3, maxLength: 3 }),
        }),
        { maxLength: 3 },
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ what: fc.constant('extend' as const), which, ttl: fc.integer({ min: 0, max: 9 }) }),
  },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('expire' as const), limit: fc.integer({ min: 1, max: 3 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constant('meter' as const),
      which: fc.array(which, { maxLength: 2 }),
      used: fc.tuple(amount, amount, amount),
      slice: fc.integer({ min: 0, max: 2 }),
    }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

export function describeModel({ stores, world: createWorld }: Conformance): void {
  it('answers whatever is asked as the model does, from either of two processes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
        const world = await createWorld();
        await world.addCount(1);
        await world.addCount(2);
        await world.addSlices(3, -30, 2);
        const run = new Run(world, [stores().open(), stores().open()]);
        for (const each of steps) await run.take(each);
      }),
      { numRuns: RUNS },
    );
  });
}

/** The model and the stores, asked the same. */
class Run {
  private readonly model = new QuotaModel();
  private readonly all: readonly Claim[];
  private now: number;
  private steps = 0;

  constructor(
    private readonly world: QuotaWorld,
    private readonly stores: readonly QuotaStore[],
  ) {
    this.now = world.start;
    this.all = [world.claim(1, 0n), world.claim(2, 0n), ...[0, 1, 2].map((slice) => world.claim(3, 0n, { slice }))];
  }

  async take(each: Step): Promise<void> {
    this.steps += 1;
    this.now += TICK_MS;
    const store = this.stores[this.steps % this.stores.length];
    if (!store) throw new Error('no store');
    await this.compare(store, each);
    for (const any of this.stores) {
      expect(await any.look(this.all)).toEqual(this.all.map((claim) => this.model.look(claim)));
    }
    const known = this.model.reservations;
    const found = await store.find(
      this.world.accountId,
      known.map(({ order }) => order.reservationId),
    );
    const states = new Map(found.map((of) => [of.reservationId, of]));
    for (const { order, state, metered, expiresAt } of known) {
      expect(states.get(order.reservationId)).toMatchObject({ state, metered, expiresAt });
    }
  }

  private async compare(store: QuotaStore, each: Step): Promise<void> {
    const { world, model, now } = this;
    switch (each.what) {
      case 'reserve': {
        const orders = each.asked.map((of, i) => this.order(of, i));
        return expect(await store.reserve(orders)).toEqual(model.reserve(orders));
      }
      case 'finish': {
        const ends = each.ends.map(({ which: nth, state, amounts }) => {
          const order = this.nth(nth);
          return world.finished(order, state, state === 'settled' ? amounts.slice(0, order.claims.length) : [], now);
        });
        return expect(await store.finish(ends)).toEqual(ends.map((end) => model.finish(end)));
      }
      case 'extend': {
        const { reservationId } = this.nth(each.which);
        const until = now + each.ttl * TICK_MS + this.steps;
        const answer = await store.extend(world.accountId, reservationId, now, until);
        return expect(answer).toBe(model.extend(reservationId, now, until));
      }
      case 'expire':
        return expect(await store.expire(now, each.limit)).toBe(model.expire(now, each.limit));
      case 'meter': {
        const ids = each.which.map((nth) => this.nth(nth).reservationId);
        const [one, two, three] = each.used;
        const usage = [
          { count: world.count(1), amount: one },
          { count: world.count(2), amount: two },
          { count: { ...world.count(3), start: world.sliceStart(each.slice) }, amount: three },
        ];
        await world.meter(store, usage, ids, now);
        return model.meter(usage, ids);
      }
    }
  }

  private order({ shares, slice, key, ttl }: typeof asked extends fc.Arbitrary<infer T> ? T : never, place: number) {
    const claims = shares.flatMap((of, i) =>
      of ? [this.world.claim(i + 1, of.amount, { ceiling: of.ceiling, ...(i === 2 ? { slice } : {}) })] : [],
    );
    // No two end at the same time: which of them is the oldest would be anybody's guess.
    const ttlMs = ttl * TICK_MS + this.steps * 10 + place;
    return this.world.order(claims, { at: this.now, ttlMs, ...(key === undefined ? {} : { key }) });
  }

  /** One of the reservations made so far, or one that was never made. */
  private nth(place: number): ReserveOrder {
    return this.model.reservations[place]?.order ?? this.world.order([]);
  }
}
