import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { CountsUnavailableError, MissingCountError } from '../../service/quota-store.js';
import type { Ask } from './ask.js';
import type { Generations } from './generations.js';
import { readUsage } from './read-usage.js';
import type { RedisCounts, Verdict } from './redis-counts.js';

export type Decided = Extract<Verdict, { readonly kind: 'decided' }>;

/** How long a decision waits for counts that are being made; they go on being made when it has given up. */
const PATIENCE_MS = 1_000;
const POLL_MS = 25;

/** Has Redis decide, and gives it what it lacks: counts that were lost, the usage of some of them. */
export class Decisions {
  private readonly renewing = new Map<number, Promise<boolean>>();
  /** Accounts that this process has decided for. */
  private readonly own = new Set<number>();

  constructor(
    private readonly dataSource: DataSource,
    private readonly counts: RedisCounts,
    private readonly generations: Generations,
  ) {}

  /** Throws `MissingCountError`, `CountsUnavailableError`. */
  async decide(ask: Ask): Promise<Decided> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const verdict = await this.counts.decide(ask);
      if (verdict.kind === 'decided') return verdict;
      if (performance.now() > deadline) throw new CountsUnavailableError('the counts are being made anew');
      if (verdict.kind === 'lost') await this.renew(ask.accountId, deadline);
      else await this.warm(ask, verdict.places);
    }
  }

  /** What was decided has been kept: the account's counts are in Redis, and this process knows. */
  confirm(accountId: number): void {
    this.own.add(accountId);
  }

  /** Has the account's counts made anew if they are not the right ones, and waits for it until then. */
  async renew(accountId: number, deadline = performance.now() + PATIENCE_MS): Promise<void> {
    let renewing = this.renewing.get(accountId);
    if (!renewing) {
      renewing = this.generations
        .renew(accountId, !this.own.has(accountId))
        .finally(() => this.renewing.delete(accountId));
      this.renewing.set(accountId, renewing);
      // Whoever waits hears of it; when nobody does any more, the next who asks tries again.
      renewing.catch(() => undefined);
    }
    const mine = await Promise.race([
      renewing,
      sleep(Math.max(0, deadline - performance.now()), undefined, { ref: false }),
    ]);
    if (mine === false) await sleep(POLL_MS);
  }

  private async warm({ accountId, counts, real }: Ask, places: readonly number[]): Promise<void> {
    const cold = places.flatMap((place) => counts[place] ?? []);
    const usage = await readUsage(this.dataSource, accountId, cold);
    await this.counts.tell(accountId, [], usage);
    const missing = usage.find(({ exists }, i) => !exists && (places[i] ?? 0) < real);
    if (missing) throw new MissingCountError(`a count of series ${missing.seriesId} is not there`);
  }
}
