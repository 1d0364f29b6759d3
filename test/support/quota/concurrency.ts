import type { QuotaStore, ReserveOrder } from '#quota';
import { faultsOf } from '../../../libs/quota/service/store-audit.js';
import type { Conformance, QuotaWorld } from './world.js';

const CALLERS = 64;
const PROCESSES = 4;
const ROUNDS = 6;
const CEILING = 40n;
/** Of the series. */
const ROLLING = 1;
const TIGHTEST = 3;

/**
 * What is surely held at a time: counted in when the admission is answered, out when the end is asked for. Whatever is between
 * asking and answering, the counts hold at least this.
 */
class SurelyHeld {
  private held = 0n;
  most = 0n;

  add(amount: bigint): void {
    this.held += amount;
    if (this.held > this.most) this.most = this.held;
  }

  subtract(amount: bigint): void {
    this.held -= amount;
  }
}

export function describeConcurrency({ stores, world: createWorld }: Conformance): void {
  describe(`${CALLERS} callers of ${PROCESSES} processes`, () => {
    it.each([
      ['one hot count', [TIGHTEST]],
      ['a hierarchy of five levels, one of which rolls', [1, 2, 3, 4, 5]],
    ])('never hold more than the ceiling of %s, nor lose any of it', async (_, levels) => {
      const world = await createWorld();
      for (const series of levels)
        await (series === ROLLING ? world.addSlices(series, -30, 0) : world.addCount(series));
      const claim = (series: number, amount: bigint, ceiling: bigint | null = null) =>
        world.claim(series, amount, { ceiling, ...(series === ROLLING ? { slice: 0 } : {}) });
      const processes = Array.from({ length: PROCESSES }, () => stores().open());
      const held = new SurelyHeld();
      let spent = 0n;
      let refused = 0;
      let over = false;
      const worst = watch(world, () => over);

      async function caller(store: QuotaStore, seed: number): Promise<void> {
        for (let round = 0; round < ROUNDS; round += 1) {
          const amount = BigInt(1 + ((seed + round) % 3));
          // The tightest level is in the middle.
          const claims = levels.map((series) => claim(series, amount, CEILING + BigInt(series % 3)));
          const order = world.order(claims);
          const [answer] = await store.reserve([order]);
          if (answer?.outcome !== 'admitted') {
            refused += 1;
            continue;
          }
          held.add(amount);
          await end(store, order, amount, seed + round);
        }
      }

      /** Most are released; some use up a part of the ceiling for good. */
      async function end(store: QuotaStore, order: ReserveOrder, amount: bigint, nth: number): Promise<void> {
        const settles = nth % 16 === 0;
        if (!settles) held.subtract(amount);
        const amounts = settles ? order.claims.map(() => amount) : [];
        await store.finish([world.finished(order, settles ? 'settled' : 'released', amounts)]);
        if (settles) spent += amount;
      }

      await Promise.all(Array.from({ length: CALLERS }, (__, i) => caller(processes[i % PROCESSES] as QuotaStore, i)));
      over = true;
      expect(held.most).toBeLessThanOrEqual(CEILING);
      expect(await worst).toBeLessThanOrEqual(CEILING);
      expect(refused).toBeGreaterThan(0);
      expect(spent).toBeGreaterThan(0n);
      const audit = await (processes[1] as QuotaStore).audit(world.accountId, false);
      expect(audit ? faultsOf(audit) : 0).toBe(0);
      const left = await (processes[0] as QuotaStore).look(levels.map((series) => claim(series, 0n)));
      expect(left).toEqual(levels.map(() => spent));
      await expect(world.truth(TIGHTEST)).resolves.toEqual({ held: 0n, total: spent });
    });
  });
}

/** The most that Postgres ever knew to count in the tightest level. */
async function watch(world: QuotaWorld, isOver: () => boolean): Promise<bigint> {
  let most = 0n;
  while (!isOver()) {
    const { total } = await world.truth(TIGHTEST);
    if (total > most) most = total;
  }
  return most;
}
