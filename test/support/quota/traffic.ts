import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { CountsUnavailableError, type QuotaStore, type ReserveOrder } from '#quota';
import { faultsOf } from '../../../libs/quota/service/store-audit.js';
import type { QuotaWorld } from './world.js';

/** A slow machine takes its time; who gets nowhere at all is found out all the same. */
const PATIENCE_MS = 100_000;

const CALLERS = 32;
/** What the callers have in hand at once passes it, however slow the machine is. */
export const CEILING = 20n;
/** What is settled stays, and some must be left however many calls a fast machine makes. */
const SPENT_MAX = 8n;
const TTL_MS = 1_500;
const SWEEP_MS = 100;
/** The tightest of them is the second. */
const LEVELS = [1, 2, 3];
const TIGHTEST = 2;

/**
 * Callers that reserve, settle, release and walk away, over three levels, while something is done to the stores; beside them one who
 * sweeps, one who looks whether more counts than may, and one who compares what the store has with Postgres: never is anything wrong.
 */
export class Traffic {
  admitted = 0;
  refused = 0;
  undecided = 0;
  /** The most that Postgres ever knew to count in the tightest level. */
  most = 0n;
  /** What went wrong otherwise. */
  readonly faults: unknown[] = [];
  private spent = 0n;
  private over = false;
  private work: Promise<unknown> = Promise.resolve();
  private readonly begun = performance.now();

  private constructor(
    readonly world: QuotaWorld,
    private readonly stores: readonly QuotaStore[],
  ) {}

  /** `compares`: false where the test itself makes wrong what is compared. */
  static async start(world: QuotaWorld, stores: readonly QuotaStore[], { compares = true } = {}): Promise<Traffic> {
    for (const series of LEVELS) await world.addCount(series);
    const traffic = new Traffic(world, stores);
    const callers = Array.from({ length: CALLERS }, (_, i) => traffic.until(() => traffic.call(i)));
    const others = [() => traffic.look(), () => traffic.sweep(), ...(compares ? [() => traffic.audit()] : [])];
    traffic.work = Promise.all([...callers, ...others.map((other) => traffic.until(other))]);
    return traffic;
  }

  /** Of the world: it goes as time does. */
  get now(): number {
    return this.world.start + Math.round(performance.now() - this.begun);
  }

  /** Resolves when so many more have been admitted. */
  async progress(more: number): Promise<void> {
    const goal = this.admitted + more;
    await this.see('no more are admitted', () => this.admitted >= goal);
  }

  /** Resolves when one was refused: the ceiling has been met. */
  async refusal(): Promise<void> {
    await this.see('none is refused', () => this.refused > 0);
  }

  async stop(): Promise<void> {
    this.over = true;
    await this.work;
  }

  figures() {
    const { admitted, refused, undecided } = this;
    return { admitted, refused, undecided, faults: this.faults.map(String) };
  }

  /** What is counted in the levels once all that is left is due. */
  async left(store: QuotaStore): Promise<readonly bigint[]> {
    const later = this.now + 10 * TTL_MS;
    while ((await store.expire(later, 1_000)) > 0);
    await store.expire(later, 1_000);
    return store.look(LEVELS.map((series) => this.world.claim(series, 0n)));
  }

  /** What ought to be: usage and what was settled, and nothing held. */
  async truths(): Promise<readonly bigint[]> {
    const all = await Promise.all(LEVELS.map((series) => this.world.truth(series)));
    expect(all.map(({ held }) => held)).toEqual(LEVELS.map(() => 0n));
    return all.map(({ total }) => total);
  }

  private async see(otherwise: string, isThere: () => boolean): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    while (!isThere()) {
      if (performance.now() > deadline) throw new Error(`${otherwise}: ${JSON.stringify(this.figures())}`);
      await sleep(10);
    }
  }

  private async until(once: () => Promise<void>): Promise<void> {
    while (!this.over) {
      try {
        await once();
      } catch (error) {
        this.faults.push(error);
        this.over = true;
      }
    }
  }

  private async call(nth: number): Promise<void> {
    const store = this.stores[nth % this.stores.length] as QuotaStore;
    const amount = BigInt(1 + Math.floor(Math.random() * 3));
    const claims = LEVELS.map((series) =>
      this.world.claim(series, amount, { ceiling: series === TIGHTEST ? CEILING : 2n * CEILING }),
    );
    const order = this.world.order(claims, { at: this.now, ttlMs: TTL_MS });
    const [answer] = await store.reserve([order]);
    if (answer?.outcome === 'admitted') {
      this.admitted += 1;
      await sleep(Math.random() * 20);
      await this.end(store, order, amount);
    } else if (answer?.outcome === 'refused') {
      this.refused += 1;
      await sleep(5);
    } else if (answer?.outcome === 'undecided' && answer.error instanceof CountsUnavailableError) {
      this.undecided += 1;
      await sleep(20);
    } else {
      throw answer?.outcome === 'undecided' ? answer.error : new Error('another answer');
    }
  }

  private async end(store: QuotaStore, order: ReserveOrder, amount: bigint): Promise<void> {
    const choice = Math.random();
    // Some never say what became of it.
    if (choice < 0.05) return;
    const settles = choice < 0.07 && this.spent < SPENT_MAX;
    if (settles) this.spent += amount / 2n;
    const amounts = settles ? order.claims.map(() => amount / 2n) : [];
    await store.finish([this.world.finished(order, settles ? 'settled' : 'released', amounts, this.now)]);
  }

  private async look(): Promise<void> {
    const { total } = await this.world.truth(TIGHTEST);
    if (total > this.most) this.most = total;
    await sleep(1);
  }

  private async audit(): Promise<void> {
    try {
      const found = await (this.stores.at(-1) as QuotaStore).audit(this.world.accountId, false);
      if (found && faultsOf(found) > 0) throw new Error(`called wrong: ${inspect(found, { depth: 4 })}`);
    } catch (error) {
      if (!(error instanceof CountsUnavailableError)) throw error;
    }
    await sleep(SWEEP_MS);
  }

  private async sweep(): Promise<void> {
    await (this.stores[0] as QuotaStore).expire(this.now, 1_000);
    await sleep(SWEEP_MS);
  }
}
